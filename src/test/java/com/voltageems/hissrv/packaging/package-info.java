/** What is shipped. */
@NullMarked
package com.voltageems.hissrv.packaging;

import org.jspecify.annotations.NullMarked;
