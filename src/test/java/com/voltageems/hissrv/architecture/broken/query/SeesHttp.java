package com.voltageems.hissrv.architecture.broken.query;

import io.javalin.http.Context;

record SeesHttp(Context context) {}
