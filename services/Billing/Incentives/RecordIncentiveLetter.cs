using System.Security.Cryptography;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.TclInvoices;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Incentives;

/// <summary>Records a letter with its people, and sets the day by which its invoice has to be sent.</summary>
public sealed class RecordIncentiveLetter(
    BillingDb db, Requests requests, Caller caller, EligibilityClient eligibility, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    /// <summary>The kind of the deadline of an invoice.</summary>
    public const string InvoiceKind = "tcl-invoice";

    private const int MostBytes = 1024 * 1024;
    private const int MostPeople = 100;
    private const int AtOnce = 20;

    private sealed record Read(string Provider, string Program, Period Quarter, DateOnly Received, IReadOnlyList<IndividualId> People, string MediaType);

    public Task<Result<Proto.IncentiveLetter>> Handle(Proto.RecordIncentiveLetterRequest request, CancellationToken cancellationToken) => requests.Run(
        request.ValidateOnly, request.RequestId, request, s => Gather(request, s), (read, store, s) => ReadAndDecide(read, request, store, s), cancellationToken);

    private async Task<Result<Read>> Gather(Proto.RecordIncentiveLetterRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        var quarter = fields.Quarter("quarter", request.Quarter);
        var received = fields.Day("received_date", request.ReceivedDate);
        if (today != default)
            fields.UpTo("received_date", received, today);
        fields.Require(quarter is not { } reviewed || received == default || received > reviewed.Last, "received_date", "does not lie after the quarter: its review comes later");
        if (today != default && TclReviewDecision.Reviewed(policies.TextOn(request.Program, received == default ? today : received)) is var milestones)
        {
            fields.Require(milestones.Count > 0, "program", "pays no incentives on that day");
            fields.Require(request.Milestones.Count > 0 && request.Milestones.All(milestones.Contains)
                && request.Milestones.Distinct().Count() == request.Milestones.Count, "milestones", $"are not some of {string.Join(", ", milestones)}, each once");
        }

        var people = fields.People("individuals", request.Individuals, least: 1, MostPeople);
        fields.Require(request.Content.Length is > 0 and <= MostBytes, "content", $"has {request.Content.Length} bytes; send 1 to {MostBytes}");
        var type = MediaTypes.Of(request.Content.Span);
        fields.Require(request.Content.Length == 0 || type is not null, "content", $"is no {MediaTypes.Taken}: its first bytes are those of none");
        if (fields.Problem is { } bad)
            return bad;
        if (provider != caller.Organization)
            return new Problem.Forbidden("a provider records letters of its own organization");
        // Whether each person is the caller's: a foreign one is not found.
        foreach (var some in people.Chunk(AtOnce))
        {
            foreach (var answer in await Task.WhenAll(some.Select(id => eligibility.Verify(id, request.Program, today, cancellationToken))))
            {
                if (!answer.Is(out _, out var problem))
                    return problem;
            }
        }

        return new Read(provider, request.Program, quarter!.Value, received, people, type!);
    }

    private async Task<Result<Decided<Proto.IncentiveLetter>>> ReadAndDecide(
        Read read, Proto.RecordIncentiveLetterRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        Changes changes = new(clock.GetUtcNow());
        List<IndividualId> people = [];
        foreach (var id in read.People)
        {
            var account = await db.Account(id, read.Provider, cancellationToken);
            if (account.Version > 0)
                changes.Expect(account);
            people.Add(account.IndividualId);
        }

        // decide
        var letterId = IncentiveLetterId.New(clock);
        LetterPerson[] listed = [.. people.Distinct().Select((id, place) => new LetterPerson(letterId, place, id, read.Provider))];
        var content = request.Content.ToByteArray();
        var today = policies.Today(read.Program)!.Value;
        TclInvoiceFacts facts = new()
        {
            Quarter = read.Quarter,
            LetterMilestones = [.. request.Milestones.Order()],
            LetterReceivedDate = read.Received,
            LetterNames = [.. listed.Select(p => p.IndividualId.Name)],
            LetterAttached = true,
        };
        if (!policies.Decide(read.Program, TclInvoiceDecision.Kind, today, facts).Is(out var decision, out var problem))
            return problem;
        var letter = changes.Insert(new IncentiveLetter
        {
            Id = letterId,
            Provider = read.Provider,
            Program = read.Program,
            Quarter = read.Quarter.ToString(),
            Milestones = [.. request.Milestones.Order()],
            ReceivedOn = read.Received,
            DueOn = decision.Value<DateOnly?>("dueOn"),
            DueBy = decision.Decision.SetBy("dueOn")?.Value ?? "",
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
            MediaType = read.MediaType,
            Size = content.Length,
            People = [.. listed],
            DecisionId = decision.Id,
            RecordedAt = changes.Now,
        });
        foreach (var person in listed)
            changes.Insert(person);
        changes.Insert(new LetterFile(letterId, read.Provider, protector.Protect(content, [])));
        changes.Insert(policies.Store(decision, read.Provider, letterId.Name, [new(letterId.Value, 1)]));
        if (letter is { Milestones.Count: 1, DueOn: { } due, DueBy.Length: > 0 })
            new SubjectDeadlines([], policies, clock).Set(new(letterId.Name, InvoiceKind, letter.DueBy, read.Program, read.Provider, null, due, 5), changes);
        return new Decided<Proto.IncentiveLetter>(letter.ToProto(decision.ToProto(stored: store), store), changes);
    }
}

/// <summary>Checks of the fields of incentives.</summary>
internal static class IncentiveFields
{
    /// <summary>A calendar quarter; null and a problem of the field for anything else.</summary>
    public static Period? Quarter(this RequestValidator fields, string field, string text)
    {
        if (Period.TryParse(text, out var period) && period.IsQuarter)
            return period;
        fields.Wrong(field, text.Length == 0 ? "is missing; send a quarter YYYY-Qn" : "is not a quarter YYYY-Qn");
        return null;
    }

    /// <summary>People, each once.</summary>
    public static IReadOnlyList<IndividualId> People(this RequestValidator fields, string field, IReadOnlyCollection<string> names, int least, int most)
    {
        List<IndividualId> people = [.. names.Select((name, i) => fields.Id<IndividualId>($"{field}[{i}]", name))];
        fields.Require(people.Count >= least && people.Count <= most, field, $"are {people.Count}; send {least} to {most}");
        fields.Require(people.Distinct().Count() == people.Count, field, "name a person twice");
        return people;
    }
}
