using System.Runtime.CompilerServices;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// Eligibility's answers about a day of service. Questions carry the caller's token: what the caller may not see is not found. Units are moved with Billing's
/// own token, for the provider of the claim line: no provider moves units.
/// </summary>
public sealed class EligibilityClient(
    Individuals.IndividualsClient individuals, Determinations.DeterminationsClient determinations, ServiceOrders.ServiceOrdersClient orders,
    Authorizations.AuthorizationsClient authorizations, CareerProfiles.CareerProfilesClient profiles, TimeProvider clock)
{
    /// <summary>Whether the person is eligible on the day, and who pays.</summary>
    public Task<Result<VerifyResponse>> Verify(IndividualId individual, string program, DateOnly day, CancellationToken cancellationToken) => Answer(
        determinations.VerifyAsync(new() { Individual = individual.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken),
        "individual", individual.Name);

    /// <summary>Whether the person's latest Career Profile allows disclosure to employers; no profile, or one whose content the caller may not read, does not.</summary>
    public async Task<Result<bool>> MayDiscloseToEmployers(IndividualId individual, CancellationToken cancellationToken)
    {
        ListCareerProfilesRequest request = new() { Individual = individual.Name, PageSize = 1 };
        return (await Answer(profiles.ListCareerProfilesAsync(request, cancellationToken: cancellationToken), "individual", individual.Name))
            .Then(answer => answer.CareerProfiles is [{ Content.Disclosure: DisclosureChoice.Disclose or DisclosureChoice.Partial }, ..]);
    }

    /// <summary>The person's record, for a claim that is written at once: nothing of it is stored.</summary>
    public Task<Result<Individual>> Get(IndividualId individual, CancellationToken cancellationToken) => Answer(
        individuals.GetIndividualAsync(new() { Name = individual.Name }, cancellationToken: cancellationToken), "individual", individual.Name);

    /// <summary>Whether a name on a document is one of the person; null for a blank line, which names no one.</summary>
    public async Task<Result<bool?>> MatchName(IndividualId individual, string written, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(written))
            return (bool?)null;
        MatchNameRequest request = new() { Individual = individual.Name, WrittenName = written };
        return (await Answer(individuals.MatchNameAsync(request, cancellationToken: cancellationToken), "individual", individual.Name))
            .Then(answer => (bool?)answer.Matches);
    }

    /// <summary>Those of the people whose texts the caller may not receive (42 CFR Part 2).</summary>
    public async Task<Result<IReadOnlySet<string>>> WithheldTexts(IReadOnlyCollection<IndividualId> people, CancellationToken cancellationToken)
    {
        CheckRedisclosureRequest request = new() { Individuals = { people.Select(id => id.Name) } };
        return (await Answer(individuals.CheckRedisclosureAsync(request, cancellationToken: cancellationToken), "individuals", "of the notes"))
            .Then(answer => (IReadOnlySet<string>)answer.Withheld.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The service order that counts on the day.</summary>
    public Task<Result<CheckServiceOrderResponse>> CheckServiceOrder(
        IndividualId individual, string program, DateOnly day, CancellationToken cancellationToken) => Answer(
        orders.CheckServiceOrderAsync(new() { Individual = individual.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken),
        "individual", individual.Name);

    /// <summary>A service order.</summary>
    public Task<Result<ServiceOrder>> Order(string name, CancellationToken cancellationToken) => Answer(
        orders.GetServiceOrderAsync(new() { Name = name }, cancellationToken: cancellationToken), "service order", name);

    /// <summary>The authorization of a kind that counts on the day; an empty answer where none is needed.</summary>
    public Task<Result<CoversResponse>> Covers(
        AuthorizationKind? needed, IndividualId individual, string provider, string program, DateOnly day, CancellationToken cancellationToken)
    {
        if (needed is not { } kind)
            return Task.FromResult<Result<CoversResponse>>(new CoversResponse());
        CoversRequest request = new()
        {
            Individual = individual.Name,
            Provider = new OrganizationCode(provider).Name,
            Program = program,
            Kind = kind,
            ServiceDate = day.Day(),
        };
        return Answer(authorizations.CoversAsync(request, cancellationToken: cancellationToken), "individual", individual.Name);
    }

    /// <summary>What else of the person counts against a claim on the day.</summary>
    public Task<Result<CheckOverlapsResponse>> CheckOverlaps(
        IndividualId individual, string provider, string program, DateOnly day, CancellationToken cancellationToken)
    {
        CheckOverlapsRequest request = new()
        {
            Individual = individual.Name,
            Provider = new OrganizationCode(provider).Name,
            Program = program,
            ServiceDate = day.Day(),
        };
        return Answer(authorizations.CheckOverlapsAsync(request, cancellationToken: cancellationToken), "individual", individual.Name);
    }

    /// <summary>
    /// Holds units for a claim line; the line's id makes it idempotent. Eligibility assigns them when it receives the event of the ready line; without one the
    /// hold ends by itself.
    /// </summary>
    public Task<Result<UnitMovement>> Hold(
        string authorization, ClaimLineId line, string provider, DateOnly day, int units, CancellationToken cancellationToken) =>
        Draw(authorization, line, provider, day, units, hold: true, line.Value, cancellationToken);

    /// <summary>The stored line has its units, for good: it draws them again if it lost them. A refusal means that another line has them.</summary>
    public Task<Result<UnitMovement>> Draw(ClaimLine line, CancellationToken cancellationToken) =>
        Draw(line.Authorization, line.Id, line.Provider, line.ServiceDate, line.PayableUnits, hold: false, NewId(), cancellationToken);

    /// <summary>Releases the units of a claim line. Where the call fails, the event of the void, the end of the hold or the reconciliation does it.</summary>
    public Task<bool> Release(string authorization, ClaimLineId line, string provider, CancellationToken cancellationToken) => Done(
        authorizations.ReleaseUnitsAsync(
            new() { Name = authorization, ClaimLine = line.Name, RequestId = NewId().ToString() },
            ServiceCalls.ActingFor(provider), cancellationToken: cancellationToken));

    /// <summary>The line's units no longer expire.</summary>
    public Task<bool> Confirm(ClaimLine line, CancellationToken cancellationToken) => Done(authorizations.ConfirmUnitsAsync(
        new() { Name = line.Authorization, ClaimLine = line.Id.Name, RequestId = NewId().ToString() },
        ServiceCalls.ActingFor(line.Provider), cancellationToken: cancellationToken));

    /// <summary>The line has as many units as it bills.</summary>
    public Task<bool> Correct(ClaimLine line, CancellationToken cancellationToken) => Done(authorizations.CorrectUnitsAsync(
        new() { Name = line.Authorization, ClaimLine = line.Id.Name, Units = line.PayableUnits, RequestId = NewId().ToString() },
        ServiceCalls.ActingFor(line.Provider), cancellationToken: cancellationToken));

    /// <summary>The units that claim lines have, by authorization.</summary>
    public async IAsyncEnumerable<UnitDraws> Draws([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ListUnitDrawsRequest request = new() { PageSize = 200 };
        do
        {
            var page = await authorizations.ListUnitDrawsAsync(request, cancellationToken: cancellationToken);
            foreach (var of in page.UnitDraws)
                yield return of;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>The kind of authorization that a milestone needs; null for one that needs none.</summary>
    internal static AuthorizationKind? KindFor(int milestone) => milestone switch
    {
        2 => AuthorizationKind.M2,
        6 => AuthorizationKind.M6,
        _ => null,
    };

    private Task<Result<UnitMovement>> Draw(
        string authorization, ClaimLineId line, string provider, DateOnly day, int units, bool hold, Guid requestId,
        CancellationToken cancellationToken) => Answer(
        authorizations.DrawUnitsAsync(
            new() { Name = authorization, ClaimLine = line.Name, ServiceDate = day.Day(), Units = units, Hold = hold, RequestId = requestId.ToString() },
            ServiceCalls.ActingFor(provider), cancellationToken: cancellationToken),
        "authorization", authorization);

    private Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());

    // What is stored does not depend on whether the units have moved yet.
    private static async Task<bool> Done(AsyncUnaryCall<UnitMovement> call)
    {
        try
        {
            return (await call).Refusal is null;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private static Task<Result<T>> Answer<T>(AsyncUnaryCall<T> call, string kind, string name) => call.Answer("eligibility", kind, name);
}

/// <summary>The days of the episode of IPS that holds a day, both ends included; without a first day there is no episode, without a last day it has no end.</summary>
internal readonly record struct EpisodeDays(DateOnly? From, DateOnly? Through)
{
    /// <summary>Whether the day lies in the episode. Without an episode every day does, so that what is paid once is not paid again.</summary>
    public bool Holds(DateOnly day) => !(day < From) && !(Through < day);
}

/// <summary>Parts of Eligibility's answers.</summary>
internal static class EligibilityAnswers
{
    /// <summary>The episode that holds the day.</summary>
    public static EpisodeDays Episode(this CheckOverlapsResponse overlaps)
    {
        RequestValidator days = new();
        return new(days.OptionalDay("episode_from", overlaps.EpisodeFrom), days.OptionalDay("episode_through", overlaps.EpisodeThrough));
    }

    /// <summary>Code of the payer on the day; empty when none covers it.</summary>
    public static string PayerCode(this VerifyResponse verified) => OrganizationCode.TryParse(verified.Payer, out var payer) ? payer.Value : "";
}
