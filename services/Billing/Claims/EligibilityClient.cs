using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;

namespace Ips.Billing.Claims;

/// <summary>Eligibility's answers about a day of service. Calls carry the caller's token: what the caller may not see is not found.</summary>
public sealed class EligibilityClient(
    Individuals.IndividualsClient individuals, Determinations.DeterminationsClient determinations, ServiceOrders.ServiceOrdersClient orders,
    Authorizations.AuthorizationsClient authorizations, TimeProvider clock)
{
    /// <summary>Whether the person is eligible on the day, and who pays.</summary>
    public Task<Result<VerifyResponse>> Verify(IndividualId individual, string program, DateOnly day, CancellationToken cancellationToken) => Answer(
        determinations.VerifyAsync(new() { Individual = individual.Name, Program = program, ServiceDate = day.Day() }, cancellationToken: cancellationToken),
        "individual", individual.Name);

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

    /// <summary>The authorization that counts on the day for a milestone; an empty answer for a milestone that needs none.</summary>
    public Task<Result<CoversResponse>> Covers(
        int milestone, IndividualId individual, string provider, string program, DateOnly day, CancellationToken cancellationToken)
    {
        if (KindFor(milestone) is not { } kind)
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

    /// <summary>
    /// Holds units for a claim line; the line's id makes it idempotent. Eligibility assigns them when it receives the event of the ready line; without one the
    /// hold ends by itself.
    /// </summary>
    public Task<Result<UnitMovement>> Hold(string authorization, ClaimLineId line, DateOnly day, int units, CancellationToken cancellationToken) => Answer(
        authorizations.DrawUnitsAsync(
            new() { Name = authorization, ClaimLine = line.Name, ServiceDate = day.Day(), Units = units, Hold = true, RequestId = line.Value.ToString() },
            cancellationToken: cancellationToken),
        "authorization", authorization);

    /// <summary>Releases the units of a claim line. Where the call fails, the end of the hold or the event of the void does it later.</summary>
    public async Task Release(string authorization, ClaimLineId line, CancellationToken cancellationToken)
    {
        try
        {
            await authorizations.ReleaseUnitsAsync(
                new() { Name = authorization, ClaimLine = line.Name, RequestId = Guid.CreateVersion7(clock.GetUtcNow()).ToString() },
                cancellationToken: cancellationToken);
        }
        catch (RpcException)
        {
            // The line is stored already: its answer does not depend on when the units are free.
        }
    }

    /// <summary>Whether a line of this milestone needs units of an authorization.</summary>
    public static bool NeedsAuthorization(int milestone) => KindFor(milestone) is not null;

    private static AuthorizationKind? KindFor(int milestone) => milestone switch
    {
        2 => AuthorizationKind.M2,
        6 => AuthorizationKind.M6,
        _ => null,
    };

    private static Task<Result<T>> Answer<T>(AsyncUnaryCall<T> call, string kind, string name) => call.Answer("eligibility", kind, name);
}

/// <summary>Parts of Eligibility's answers.</summary>
internal static class EligibilityAnswers
{
    /// <summary>Code of the payer on the day; empty when none covers it.</summary>
    public static string PayerCode(this VerifyResponse verified) => OrganizationCode.TryParse(verified.Payer, out var payer) ? payer.Value : "";
}
