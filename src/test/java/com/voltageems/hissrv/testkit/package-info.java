/** What several tests need. */
@NullMarked
package com.voltageems.hissrv.testkit;

import org.jspecify.annotations.NullMarked;
