package com.voltageems.hissrv.architecture.broken.config;

public record Settings(int port) {}
