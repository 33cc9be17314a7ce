/** Writes Parquet files, and joins those it wrote. Knows nothing of history. */
@NullMarked
package com.voltageems.hissrv.parquet;

import org.jspecify.annotations.NullMarked;
