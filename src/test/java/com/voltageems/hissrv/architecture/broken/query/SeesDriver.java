package com.voltageems.hissrv.architecture.broken.query;

import org.sqlite.SQLiteConfig;

record SeesDriver(SQLiteConfig config) {}
