package com.voltageems.hissrv.architecture.broken.http;

import com.voltageems.hissrv.architecture.broken.store.Store;

record SeesStore(Store store) {}
