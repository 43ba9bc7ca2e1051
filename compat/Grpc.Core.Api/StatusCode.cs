namespace Grpc.Core;

/// <summary>The outcome of a call, as sent in the <c>grpc-status</c> trailer.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, typically by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error whose cause is not known on this side of the wire.</summary>
    Unknown = 2,

    /// <summary>The request is wrong regardless of the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call completed; the work may have been done.</summary>
    DeadlineExceeded = 4,

    /// <summary>Something the request named does not exist.</summary>
    NotFound = 5,

    /// <summary>Something the request wanted to create exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a size limit or a machine ran out.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the request requires; retrying alone does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>Someone else changed the same thing first; read again and retry at a higher level.</summary>
    Aborted = 10,

    /// <summary>A value lies past the end of a range that may grow.</summary>
    OutOfRange = 11,

    /// <summary>The service does not have this method.</summary>
    Unimplemented = 12,

    /// <summary>A bug: an invariant of the called system broke.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached now; retry with backoff.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupted beyond recovery.</summary>
    DataLoss = 15,

    /// <summary>The request carries no valid credentials.</summary>
    Unauthenticated = 16,
}
