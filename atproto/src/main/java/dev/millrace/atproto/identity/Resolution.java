package dev.millrace.atproto.identity;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.xrpc.XrpcException;

/** How a fetch ended: with a document, or with a failure that every caller is to be told. */
sealed interface Resolution {

  /** The document, or the failure thrown. */
  DidDocument document() throws DidNotFoundException, XrpcException;

  boolean isDocument();

  /** A failure that says nothing of the DID. */
  boolean mayPass();

  /** Where a resolution comes from. */
  interface Fetch {
    DidDocument fetch() throws DidNotFoundException, XrpcException;
  }

  static Resolution of(Fetch fetch) {
    try {
      return new Found(fetch.fetch());
    } catch (DidNotFoundException e) {
      return new NotFound(e);
    } catch (XrpcException e) {
      return new Unanswered(e);
    } catch (BadDataException e) {
      return new Bad(e);
    }
  }

  /** A document. */
  record Found(DidDocument document) implements Resolution {
    @Override
    public boolean isDocument() {
      return true;
    }

    @Override
    public boolean mayPass() {
      return false;
    }
  }

  /** Nobody holds one. */
  record NotFound(DidNotFoundException failure) implements Resolution {
    @Override
    public DidDocument document() throws DidNotFoundException {
      throw failure;
    }

    @Override
    public boolean isDocument() {
      return false;
    }

    @Override
    public boolean mayPass() {
      return false;
    }
  }

  /** No answer, or a refusal. */
  record Unanswered(XrpcException failure) implements Resolution {
    @Override
    public DidDocument document() throws XrpcException {
      throw failure;
    }

    @Override
    public boolean isDocument() {
      return false;
    }

    @Override
    public boolean mayPass() {
      return failure.passing();
    }
  }

  /** An answer that is no document of this DID. */
  record Bad(BadDataException failure) implements Resolution {
    @Override
    public DidDocument document() {
      throw failure;
    }

    @Override
    public boolean isDocument() {
      return false;
    }

    @Override
    public boolean mayPass() {
      return false;
    }
  }
}
