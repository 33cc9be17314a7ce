package com.voltageems.hissrv.http;

import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.outbox.Quarantine;

/** A store's quarantine, and how what is in it is tried again. */
public record Shelf(Quarantine quarantine, Replay replay) {}
