using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// Finds the other requests and authorizations that a request overlaps or repeats: same kind, person, program, agency and payer, at least one common day. Authorizations
/// of two kinds may overlap (lifecycle 3). It is a finding for the payer and refuses nothing.
/// </summary>
internal static class OtherRequests
{
    /// <summary>What another one has.</summary>
    public sealed record Other(
        AuthorizationId Id, AuthorizationId? Renews, Proto.AuthorizationState State, string Program, string Provider, string Payer, Proto.AuthorizationKind Kind,
        DateOnly From, DateOnly Through);

    /// <summary>Every request of the person that may still count: none that was denied, not accepted or withdrawn.</summary>
    public static Task<List<Other>> About(EligibilityDb db, IndividualId person, CancellationToken cancellationToken) =>
        Read(db.Authorizations.Where(a => a.IndividualId == person), cancellationToken);

    /// <summary>The same for the person of an authorization.</summary>
    public static Task<List<Other>> Beside(EligibilityDb db, AuthorizationId authorization, CancellationToken cancellationToken) => Read(
        db.Authorizations.Where(a => db.Authorizations.Any(one => one.Id == authorization && one.IndividualId == a.IndividualId)), cancellationToken);

    /// <summary>Those that have a requested day. The one that a renewal renews is not among them: the new span begins after it.</summary>
    public static IReadOnlyList<Proto.RequestOverlap> Overlapping(this IEnumerable<Other> others, Authorization request) =>
    [
        .. from other in others
           where other.Id != request.Id && other.Id != request.Renews && (other.Program, other.Provider, other.Payer, other.Kind)
               == (request.Program, request.Provider, request.Payer, request.Kind)
           let first = other.From > request.RequestedFrom ? other.From : request.RequestedFrom
           let last = other.Through < request.RequestedThrough ? other.Through : request.RequestedThrough
           where first <= last
           orderby first, other.Id.Value
           select new Proto.RequestOverlap
           {
               Authorization = other.Id.Name,
               State = other.State,
               Kind = first == request.RequestedFrom && last == request.RequestedThrough ? Proto.OverlapKind.Repeats : Proto.OverlapKind.Overlaps,
               SharedFrom = first.Day(),
               SharedThrough = last.Day(),
           },
    ];

    private static Task<List<Other>> Read(IQueryable<Authorization> authorizations, CancellationToken cancellationToken) =>
        authorizations.AsNoTracking().IgnoreAutoIncludes()
            .Where(a => a.State != Proto.AuthorizationState.Denied && a.State != Proto.AuthorizationState.NotAccepted
                && a.State != Proto.AuthorizationState.Withdrawn)
            .Select(a => new Other(a.Id, a.Renews, a.State, a.Program, a.Provider, a.Payer, a.Kind, a.ApprovedFrom ?? a.RequestedFrom,
                a.EndedThrough ?? a.ApprovedThrough ?? a.RequestedThrough))
            .ToListAsync(cancellationToken);
}
