package dev.millrace.simulator.server;

import java.net.URI;
import java.util.List;

/** Where the hosts are; PDSes and labelers by their index. */
public record Endpoints(URI plc, List<URI> relays, List<URI> labelers, List<URI> pdses) {}
