package com.voltageems.hissrv.architecture.broken.store;

public interface Store {}
