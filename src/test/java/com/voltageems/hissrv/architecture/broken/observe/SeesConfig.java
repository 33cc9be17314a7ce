package com.voltageems.hissrv.architecture.broken.observe;

import com.voltageems.hissrv.architecture.broken.config.Settings;

record SeesConfig(Settings settings) {}
