/** What cron and Kubernetes run: shell scripts and redis-cli. */
@NullMarked
package com.voltageems.hissrv.cron;

import org.jspecify.annotations.NullMarked;
