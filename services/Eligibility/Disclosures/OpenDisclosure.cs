using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>Breaks the glass: opens a person's record to a caller that does not ordinarily see it, for a reason and a time. It is told at once.</summary>
public sealed partial class OpenDisclosure(EligibilityDb db, Once once, Caller caller, Particulars particulars, TimeProvider clock, ILogger<OpenDisclosure> log)
{
    private const int UsualMinutes = 30;
    private const int MostMinutes = 240;

    public Task<Result<Wire.Disclosure>> Handle(Wire.OpenDisclosureRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var reason = fields.Text("reason", ask.Reason, 500);
        fields.Require(reason.Length is 0 or >= 10, "reason", "is shorter than 10 characters; say why the record is needed");
        fields.Require(ask.Minutes is >= 0 and <= MostMinutes, "minutes", $"is negative or above {MostMinutes}; send 0 for {UsualMinutes}");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Wire.Disclosure>>(bad)
            : once.Run(ask.RequestId, ask, s => Open(id, reason, ask.Minutes == 0 ? UsualMinutes : ask.Minutes, s), stop);
    }

    private async Task<Result<Wire.Disclosure>> Open(IndividualId id, string reason, int minutes, CancellationToken stop)
    {
        if (await db.ProviderOf(id, stop) is not { } provider)
            return new Problem.NotFound("individual", id.Name);
        var now = clock.GetUtcNow();
        Disclosure disclosure = new()
        {
            Id = DisclosureId.New(clock),
            IndividualId = id,
            Provider = provider,
            Organization = caller.Organization,
            Role = caller.Role,
            OpenedBy = caller.Subject,
            Reason = particulars.Seal(reason),
            OpenedAt = now,
            ExpiresAt = now.AddMinutes(minutes),
            State = Wire.DisclosureState.AwaitingReview,
        };
        db.Disclosures.Add(disclosure);
        db.Tell(disclosure, caller, now);
        await db.SaveChangesAsync(stop);
        Opened(log, disclosure.Id, minutes);
        return disclosure.ToWire(particulars);
    }

    [LoggerMessage(2110, LogLevel.Warning, "Break-glass: disclosure {Disclosure} was opened for {Minutes} minutes and awaits review")]
    private static partial void Opened(ILogger log, DisclosureId disclosure, int minutes);
}

/// <summary>How a step of a disclosure is told.</summary>
internal static class DisclosureSteps
{
    public static void Tell(this EligibilityDb db, Disclosure disclosure, Caller caller, DateTimeOffset now) => db.Add(new DisclosureMovedV1(
        Guid.CreateVersion7(now), now, disclosure.Id.Value, disclosure.IndividualId.Value, disclosure.Provider, caller.Organization, caller.Role, WireCode.Lower(disclosure.State)!));
}
