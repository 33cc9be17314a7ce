package com.voltageems.hissrv.architecture.broken.query;

import ch.qos.logback.classic.Level;
import org.yaml.snakeyaml.Yaml;

record SeesLibraries(Level level, Yaml yaml) {}
