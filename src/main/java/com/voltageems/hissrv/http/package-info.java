/** The HTTP API. Alone sees the HTTP library. */
@NullMarked
package com.voltageems.hissrv.http;

import org.jspecify.annotations.NullMarked;
