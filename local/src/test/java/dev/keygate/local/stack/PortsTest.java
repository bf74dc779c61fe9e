package dev.keygate.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {

  @TempDir Path temp;

  @Test
  void nearChoosesAnotherPortWhenTheUsualOneIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      try (Ports ports = new Ports(temp)) {
        assertThat(ports.near(taken.getLocalPort()))
            .isPositive()
            .isNotEqualTo(taken.getLocalPort());
      }
    }
  }

  @Test
  void nearGivesNoPortTwice() throws IOException {
    int free = free();
    try (Ports ports = new Ports(temp)) {
      assertThat(ports.near(free)).isEqualTo(free);
      assertThat(ports.near(free)).isNotEqualTo(free);
    }
  }

  @Test
  void nearLeavesAPortToTheStackThatClaimedIt() throws IOException {
    int free = free();
    try (Ports ports = new Ports(temp)) {
      try (Ports other = new Ports(temp)) {
        assertThat(other.near(free)).isEqualTo(free);

        assertThat(ports.near(free)).isNotEqualTo(free);
      }
      assertThat(ports.near(free)).isEqualTo(free);
    }
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
