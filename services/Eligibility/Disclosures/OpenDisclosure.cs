using Ips.Contracts;
using Ips.Eligibility.Db;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>
/// Break-glass access: opens a person's record to a caller that does not normally see it, for a reason and a limited time. Publishes an event at once.
/// </summary>
public sealed partial class OpenDisclosure(EligibilityDb db, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock,
    ILogger<OpenDisclosure> log)
{
    private const int DefaultMinutes = 30;
    private const int MaxMinutes = 240;

    public Task<Result<Proto.Disclosure>> Handle(Proto.OpenDisclosureRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var reason = fields.Text("reason", request.Reason, 500);
        fields.Require(reason.Length is 0 or >= 10, "reason", "is shorter than 10 characters; say why the record is needed");
        fields.Require(request.Minutes is >= 0 and <= MaxMinutes, "minutes", $"is negative or above {MaxMinutes}; send 0 for {DefaultMinutes}");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.Disclosure>>(bad)
            : requests.Run(request.RequestId, request, s => Open(id, reason, request.Minutes == 0 ? DefaultMinutes : request.Minutes, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Disclosure>>> Open(IndividualId id, string reason, int minutes, CancellationToken cancellationToken)
    {
        // read
        if (await db.ProviderOf(id, cancellationToken) is not { } provider)
            return new Problem.NotFound("individual", id.Name);

        // write
        Changes changes = new(clock.GetUtcNow());
        var disclosure = changes.Insert(new Disclosure
        {
            Id = DisclosureId.New(clock),
            IndividualId = id,
            Provider = provider,
            Organization = caller.Organization,
            Role = caller.Role,
            OpenedBy = caller.Subject,
            Reason = protector.Protect(reason),
            OpenedAt = changes.Now,
            ExpiresAt = changes.Now.AddMinutes(minutes),
            State = Proto.DisclosureState.AwaitingReview,
        });
        changes.PublishMove(disclosure, caller);
        return new Decided<Proto.Disclosure>(disclosure.ToProto(protector), changes, () => Opened(log, disclosure.Id, minutes));
    }

    [LoggerMessage(2110, LogLevel.Warning, "Break-glass: disclosure {Disclosure} was opened for {Minutes} minutes and awaits review")]
    private static partial void Opened(ILogger log, DisclosureId disclosure, int minutes);
}
