namespace Ips.Platform.Rpc;

/// <summary>
/// Why a request could not be processed. A denial is not a problem: it is a decision and travels in the reply.
/// The texts name fields, rules and codes, never anything about a person.
/// </summary>
public abstract record Problem
{
    private Problem() { }

    /// <summary>
    /// The resource does not exist, or the caller may not see it (both get the same response). <paramref name="Kind"/> is a noun such as "authorization".
    /// </summary>
    public sealed record NotFound(string Kind, string Id) : Problem;

    /// <summary>A field of the request is malformed or missing. <paramref name="Field"/> is the proto path, such as "service_order.signed_on".</summary>
    public sealed record Invalid(string Field, string Why) : Problem
    {
        /// <summary>Further fields that are wrong, so that a caller can fix them all at once.</summary>
        public IReadOnlyList<Invalid> Others { get; init; } = [];

        /// <summary>All violations as one problem; null when there are none.</summary>
        public static Invalid? From(IReadOnlyList<Invalid> all) => all.Count == 0 ? null : all[0] with { Others = [.. all.Skip(1)] };

        /// <summary>What is wrong with a day that reports the past and lies after today.</summary>
        public const string Ahead = "lies in the future; send a day up to today";

        /// <summary>A day that reports the past and lies after today; null when it does not, or when there is none.</summary>
        public static Invalid? IfAhead(string field, DateOnly? day, DateOnly today) => day > today ? new(field, Ahead) : null;

        /// <summary>A day that lies before an earlier one on file, which <paramref name="what"/> names; null when it does not, or when there is none.</summary>
        public static Invalid? IfBefore(string field, DateOnly day, DateOnly? earlier, string what) =>
            day < earlier ? new(field, $"lies before {what}, {earlier.Day()}") : null;
    }

    /// <summary>The rule has no value on that day; an older or newer value is never used instead.</summary>
    public sealed record NotInForce(string Rule, string Why) : Problem;

    /// <summary>Someone saved first; read again and retry.</summary>
    public sealed record Stale(string Kind, string Id) : Problem;

    /// <summary>The caller's role or organization may not do this.</summary>
    public sealed record Forbidden(string Why) : Problem;

    /// <summary>The current state forbids it (already withdrawn, period closed). <paramref name="Rule"/> names the rule.</summary>
    public sealed record Conflict(string Rule, string Why) : Problem;

    /// <summary>The resource exists already, and this request is not a retry of the one that created it.</summary>
    public sealed record Exists(string Kind, string Id) : Problem;

    /// <summary>A dependency of this service does not respond; the same request may be sent again after <paramref name="RetryAfter"/>.</summary>
    public sealed record Unavailable(string Dependency, TimeSpan RetryAfter) : Problem;

    /// <summary>The caller does this more often than it may: the same request may be sent again after <paramref name="RetryAfter"/>.</summary>
    public sealed record TooMany(string What, TimeSpan RetryAfter) : Problem;

    /// <summary>A cursor points at data that is no longer stored. <paramref name="Field"/> names it, <paramref name="Why"/> explains how to continue.</summary>
    public sealed record Expired(string Field, string Why) : Problem;

    /// <summary>
    /// A cursor of a time that the service lost, because its database was restored. <paramref name="Resume"/> is the cursor of the present epoch from which the
    /// reader misses nothing; empty: it starts without one.
    /// </summary>
    public sealed record OtherEpoch(string Field, long Epoch, string Resume) : Problem;

    /// <summary>The request has no token, or its token is not valid here.</summary>
    public sealed record Unauthenticated(string Why) : Problem;
}

/// <summary>Carries a <see cref="Problem"/> to <see cref="ProblemInterceptor"/>, which turns it into a status.</summary>
public sealed class ProblemException(Problem problem, Exception? cause = null) : Exception(problem.ToString(), cause)
{
    /// <summary>The problem.</summary>
    public Problem Problem { get; } = problem;
}
