/** SQLite files: opening, pragmas, migrations. Alone sees the driver. */
@NullMarked
package com.voltageems.hissrv.sqlite;

import org.jspecify.annotations.NullMarked;
