package com.voltageems.hissrv.architecture.broken.store;

import com.voltageems.hissrv.architecture.broken.store.influx.SeesSqlite;
import com.voltageems.hissrv.architecture.broken.store.sqlite.SeesInflux;

record SeesStores(SeesInflux sqlite, SeesSqlite influx) {}
