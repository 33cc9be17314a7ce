/** Archives and documents become points: mapping rules, and the catalog of series. */
@NullMarked
package com.voltageems.hissrv.transform;

import org.jspecify.annotations.NullMarked;
