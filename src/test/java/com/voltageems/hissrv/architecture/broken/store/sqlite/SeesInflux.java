package com.voltageems.hissrv.architecture.broken.store.sqlite;

import com.voltageems.hissrv.architecture.broken.store.influx.SeesSqlite;

public record SeesInflux(SeesSqlite other) {}
