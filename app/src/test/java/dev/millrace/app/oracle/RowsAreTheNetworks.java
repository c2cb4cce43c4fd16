package dev.millrace.app.oracle;

import dev.millrace.app.compare.Comparison;
import dev.millrace.app.compare.Report;
import dev.millrace.app.demo.SimulatedNetwork;
import dev.millrace.schema.database.Database;
import dev.millrace.simulator.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Invariant 4: every record, rev, status and label is the network's. */
final class RowsAreTheNetworks implements Guarantee {
  private final Simulator network;
  private final Database database;

  RowsAreTheNetworks(Simulator network, Database database) {
    this.network = network;
    this.database = database;
  }

  @Override
  public List<String> breaches() throws Exception {
    Report report = new Comparison(new SimulatedNetwork(network.world()), database, Set.of()).run();
    List<String> found = new ArrayList<>(report.firstDifferences());
    if (report.differences() > found.size()) {
      found.add("and %d differences more".formatted(report.differences() - found.size()));
    }
    return found;
  }
}
