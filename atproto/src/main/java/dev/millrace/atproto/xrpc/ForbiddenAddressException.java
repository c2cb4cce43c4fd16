package dev.millrace.atproto.xrpc;

import java.io.IOException;

/** A stranger's URL or DNS answer led to an address that must not be asked; nothing was sent. */
public final class ForbiddenAddressException extends IOException {
  public ForbiddenAddressException(String message) {
    super(message);
  }
}
