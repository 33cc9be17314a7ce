/**
 * The configuration: one validated record per section, read from one YAML file, all problems at
 * once.
 */
@NullMarked
package com.voltageems.hissrv.config;

import org.jspecify.annotations.NullMarked;
