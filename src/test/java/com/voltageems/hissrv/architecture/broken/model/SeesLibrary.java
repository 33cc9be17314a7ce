package com.voltageems.hissrv.architecture.broken.model;

import org.yaml.snakeyaml.Yaml;

record SeesLibrary(Yaml yaml) {}
