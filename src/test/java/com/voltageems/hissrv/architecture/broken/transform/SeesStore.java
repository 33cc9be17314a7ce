package com.voltageems.hissrv.architecture.broken.transform;

import com.voltageems.hissrv.architecture.broken.store.Store;

record SeesStore(Store store) {}
