package com.voltageems.hissrv.config;

import java.nio.file.Path;

/**
 * {@code api.tls:} Both files are read again when they change.
 *
 * @param certificate ours, with those that signed it (PEM)
 * @param key its private key (PEM, PKCS #8, not encrypted)
 */
public record ApiTls(Path certificate, Path key) {}
