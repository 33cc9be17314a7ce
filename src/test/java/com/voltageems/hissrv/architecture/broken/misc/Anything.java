package com.voltageems.hissrv.architecture.broken.misc;

final class Anything {}
