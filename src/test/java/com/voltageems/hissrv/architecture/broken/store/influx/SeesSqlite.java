package com.voltageems.hissrv.architecture.broken.store.influx;

import com.voltageems.hissrv.architecture.broken.store.sqlite.SeesInflux;

public record SeesSqlite(SeesInflux other) {}
