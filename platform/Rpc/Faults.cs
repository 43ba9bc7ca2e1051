using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Ips.Platform.Rpc;

/// <summary>Distinguishes an outage (try again), a lost race (read again) and a bug, and gives each its status.</summary>
public static class Faults
{
    // SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
    private const string SerializationFailure = "40001";
    private const string DeadlockDetected = "40P01";
    private const string NotNullViolation = "23502";
    private const string UniqueViolation = "23505";
    private const string CheckViolation = "23514";
    private const string ExclusionViolation = "23P01";
    private const string InsufficientPrivilege = "42501";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>The database or another service does not respond: the request is not wrong.</summary>
    public static bool IsOutage(Exception fault) => Chain(fault).Any(IsOutageItself);

    /// <summary>The same input fails in the same way each time, so another attempt is of no use.</summary>
    public static bool IsPermanent(Exception fault) => !IsOutage(fault) && Chain(fault).Any(e => e
        is ArgumentException or FormatException or OverflowException or JsonException
        or DbException { SqlState: ['2', '2', ..] or NotNullViolation or CheckViolation });

    /// <summary>The status of an exception that no code handled; null for an <see cref="RpcException"/>, which has a status already.</summary>
    public static Status? StatusOf(Exception fault, DateTime deadline, DateTimeOffset now, CancellationToken call)
    {
        if (fault is ProblemException known)
            return known.Problem.ToStatus();
        if (call.IsCancellationRequested && Chain(fault).Any(e => e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled }))
            return ProblemStatus.Ended(deadlinePassed: deadline <= now.UtcDateTime);
        if (fault is RpcException { StatusCode: not (StatusCode.Unavailable or StatusCode.DeadlineExceeded) })
            return null;
        if (Chain(fault).OfType<RpcException>().Any())
            return new Problem.Unavailable("A service this one asks", RetryAfter).ToStatus();
        if (IsOutage(fault))
            return new Problem.Unavailable("The database", RetryAfter).ToStatus();
        // A unique index or an exclusion constraint refuses the second of two concurrent writes; a retry finds the first.
        if (Chain(fault).Any(
            e => e is DBConcurrencyException or DbException { SqlState: SerializationFailure or DeadlockDetected or UniqueViolation or ExclusionViolation }))
            return ProblemStatus.With(Code.Aborted, "Someone else changed the same thing at the same time; read it again and retry.", "STALE", []);
        // Row-level security stands behind the tenant filter: a use case let a row of another tenant through, the database did not.
        if (Chain(fault).Any(
            e => e is DbException { SqlState: InsufficientPrivilege } refused && refused.Message.Contains("row-level security", StringComparison.Ordinal)))
            return new Problem.Forbidden("this record is not the caller's to write").ToStatus();
        return ProblemStatus.Bug(Activity.Current?.TraceId.ToString() ?? "none");
    }

    private static bool IsOutageItself(Exception fault) => fault switch
    {
        RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded } => true,
        DbException { SqlState: { } state } =>
            state.StartsWith("08", StringComparison.Ordinal)          // connection
            || state.StartsWith("53", StringComparison.Ordinal)       // too many connections, disk full, out of memory
            || state.StartsWith("57P", StringComparison.Ordinal),     // shutting down, crashed, starting up
        DbException broken => broken.IsTransient || broken.InnerException is TimeoutException or IOException or System.Net.Sockets.SocketException,
        System.Net.Sockets.SocketException => true,
        TimeoutException => true,
        _ => false,
    };

    private static IEnumerable<Exception> Chain(Exception fault)
    {
        for (var at = fault; at is not null; at = at.InnerException)
            yield return at;
    }
}
