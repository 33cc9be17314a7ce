/** Questions about the past, and what is wrong with a question. */
@NullMarked
package com.voltageems.hissrv.query;

import org.jspecify.annotations.NullMarked;
