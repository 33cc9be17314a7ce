package com.voltageems.hissrv.architecture.broken.deliver;

import com.voltageems.hissrv.architecture.broken.store.Store;

record SeesStore(Store store) {}
