using System.Security.Cryptography;
using Grpc.Core;
using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Roster;

/// <summary>
/// A payer sends many people to an agency in one call, each in its own transaction. A person that cannot be sent, or stands in the list twice, gets an error in
/// its place and stops no other. Like the single call it reads nothing of the agency.
/// </summary>
public sealed class SendRosterEntries(SendRosterEntry sending, PersonalDataProtector protector, TimeProvider clock)
{
    /// <summary>Maximum number of people in one call.</summary>
    public const int Most = 500;

    public async Task Handle(
        Proto.SendRosterEntriesRequest request, IServerStreamWriter<Proto.SendRosterEntriesResponse> answers, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Organization("provider", request.Provider);
        fields.Require(Guid.TryParse(request.RequestId, out var call), "request_id", "is missing or is not a UUID; send a new UUID with every new call");
        fields.Require(request.Members.Count == 0 || request.Csv.Length == 0, "csv", "is sent with members; send one of them");
        var members = request.Csv.Length == 0 ? [.. request.Members.Select(m => new RosterLine(m, null))]
            : RosterCsv.Read(fields, request.Csv, request.IdentifierSystem);
        fields.Require(members.Count is > 0 and <= Most, request.Csv.Length == 0 ? "members" : "csv", $"has none or more than {Most} people; send 1 to {Most}");
        if (fields.Problem is { } bad)
            throw new ProblemException(bad);

        Dictionary<string, int> earlier = new(StringComparer.Ordinal);
        foreach (var (i, line) in members.Index())
        {
            Proto.SendRosterEntriesResponse answer = new() { Index = i };
            var sent = line.Problem is { } wrong ? wrong : await Send(request.Provider, line.Member, IdOf(call, i), earlier, i, cancellationToken);
            if (sent.Is(out var entry, out var problem))
                answer.RosterEntry = entry;
            else
                (answer.Code, answer.Message) = (problem.ToStatus().Code, problem.ToStatus().Message);
            await answers.WriteAsync(answer, cancellationToken);
        }
    }

    private async Task<Result<Proto.RosterEntry>> Send(
        string provider, Proto.RosterMember member, Guid id, Dictionary<string, int> earlier, int place, CancellationToken cancellationToken)
    {
        Proto.SendRosterEntryRequest single = new()
        {
            Provider = provider,
            GivenName = member.GivenName,
            FamilyName = member.FamilyName,
            BirthDate = member.BirthDate,
            Identifiers = { member.Identifiers },
            RequestId = id.ToString(),
        };
        RequestValidator fields = new();
        var person = Person.Read(fields, "", single.GivenName, single.FamilyName, single.BirthDate, single.Identifiers);
        fields.UpTo("birth_date", person.BirthDate, clock.UtcDay());
        if (fields.Problem is { } bad)
            return bad;
        List<string> keys = [Convert.ToBase64String(person.Key(protector)), Convert.ToBase64String(person.SpellingKey(protector)),
            .. person.Identifiers.Select(i => $"{i.Key} {Person.NormalForm(i.Key, i.Value)}")];
        foreach (var key in keys)
        {
            if (earlier.TryGetValue(key, out var first))
                return new Problem.Exists("roster member", $"the same person stands at {first}");
        }

        keys.ForEach(key => earlier[key] = place);
        return await sending.Handle(single, cancellationToken);
    }

    /// <summary>The id of a person's request in a call: the same position in the same call is the same request.</summary>
    private static Guid IdOf(Guid call, int place) =>
        new(SHA256.HashData([.. "person of a roster "u8, .. call.ToByteArray(bigEndian: true), .. BitConverter.GetBytes(place)]).AsSpan(0, 16), bigEndian: true);
}

/// <summary>A person of a roster, or why the line is no person to be added.</summary>
internal sealed record RosterLine(Proto.RosterMember Member, Problem? Problem);
