package com.voltageems.hissrv.ledger;

/**
 * What the file knows of HisSrv itself. Times are epoch milliseconds.
 *
 * @param knownSinceMillis when the file was begun
 * @param sweptMillis when sources were last sampled, by the clock of samples
 * @param aliveMillis when this was written, by the system's clock
 * @param failing whether Redis could not be asked then
 * @param clean whether HisSrv stopped in good order afterwards
 */
record Life(
    long knownSinceMillis, long sweptMillis, long aliveMillis, boolean failing, boolean clean) {}
