using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Roster;

/// <summary>
/// A payer asks an agency to serve a person. It reads nothing of the agency, so its answer does not disclose who is in care there, or whether there is such an agency.
/// </summary>
public sealed class SendRosterEntry(Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.RosterEntry>> Handle(Proto.SendRosterEntryRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var person = Person.Read(fields, "", request.GivenName, request.FamilyName, request.BirthDate, request.Identifiers);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.RosterEntry>>(bad)
            : requests.Run(request.RequestId, request, _ => Task.FromResult(Send(provider, person)), cancellationToken);
    }

    private Result<Decided<Proto.RosterEntry>> Send(string provider, Person person)
    {
        Changes changes = new(clock.GetUtcNow());
        var entry = changes.Insert(new RosterEntry
        {
            Id = RosterEntryId.New(clock),
            Payer = caller.Organization,
            Provider = provider,
            State = Proto.RosterEntryState.Sent,
            PersonalData = person.Encrypt(protector),
            RecordedAt = changes.Now,
        });
        return new Decided<Proto.RosterEntry>(entry.ToProto(protector, caller), changes);
    }
}
