using System.Collections.Concurrent;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using static Ips.Testing.ChaosAgency;
using Claims = Ips.Contracts.Billing.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests.Chaos;

/// <summary>The acknowledged calls: the checker's own books, stored outside the platform.</summary>
internal sealed class Books
{
    /// <summary>Name of a determination and the hash of its receipt.</summary>
    public ConcurrentDictionary<string, string> Determinations { get; } = new();

    /// <summary>Stored decisions.</summary>
    public ConcurrentBag<string> Decisions { get; } = [];

    /// <summary>Units that claim lines hold of an authorization, by authorization and line.</summary>
    public ConcurrentDictionary<(string Authorization, string Line), int> Units { get; } = new();

    /// <summary>Approved authorizations, by the person's identifier.</summary>
    public ConcurrentDictionary<string, string> Approved { get; } = new();

    /// <summary>Acknowledged steps of referrals.</summary>
    public ConcurrentDictionary<string, Proto.ReferralState> Referrals { get; } = new();

    /// <summary>The person whose record has a fact, by the fact's id: merges move facts, and undos move them back.</summary>
    public ConcurrentDictionary<string, string> Facts { get; } = new();

    /// <summary>How many versions each of these facts has: the first one and its corrections.</summary>
    public ConcurrentDictionary<string, int> Versions { get; } = new();

    /// <summary>The record that each merged record was merged into; its own name when the merge was undone.</summary>
    public ConcurrentDictionary<string, string> Merges { get; } = new();

    /// <summary>Acknowledged states of service orders, by the order.</summary>
    public ConcurrentDictionary<string, Proto.ServiceOrderState> Orders { get; } = new();

    /// <summary>Claim lines of Billing: their authorization and the acknowledged state. A restore of Eligibility takes none of them back.</summary>
    public ConcurrentDictionary<string, (string Authorization, Claims.ClaimLineState State)> Lines { get; } = new();

    /// <summary>People whose two providers were both approved: must stay empty.</summary>
    public ConcurrentBag<string> BothApproved { get; } = [];

    /// <summary>What Eligibility has acknowledged until now.</summary>
    public Books Copy()
    {
        Books copy = new();
        copy.ReturnTo(this);
        return copy;
    }

    /// <summary>Eligibility was restored to the moment of that copy: what it acknowledged since is lost.</summary>
    public void ReturnTo(Books then)
    {
        Put(Determinations, then.Determinations);
        Put(Units, then.Units);
        Put(Approved, then.Approved);
        Put(Referrals, then.Referrals);
        Put(Facts, then.Facts);
        Put(Versions, then.Versions);
        Put(Merges, then.Merges);
        Put(Orders, then.Orders);
        Decisions.Clear();
        foreach (var decision in then.Decisions)
            Decisions.Add(decision);

        static void Put<TKey, TValue>(ConcurrentDictionary<TKey, TValue> here, ConcurrentDictionary<TKey, TValue> those) where TKey : notnull
        {
            here.Clear();
            foreach (var (key, value) in those)
                here[key] = value;
        }
    }
}

/// <summary>
/// A client that performs actions one after the other, chosen by its seed, and retries each call with the same request id until it is answered.
/// </summary>
internal sealed class ChaosCaller(ChaosPlatform platform, Books books, int seed)
{
    private readonly Random random = new(seed);
    private readonly ChaosAgency agency = new(platform, $"agency-{seed}-a", $"payer-{seed}");
    private readonly ChaosAgency other = new(platform, $"agency-{seed}-b", $"payer-{seed}");
    private readonly List<(string Individual, ChaosAgency Agency, string? Authorization)> people = [];
    private readonly List<Billed> billed = [];

    /// <summary>A person with an authorization of milestone 2.</summary>
    private sealed record Billed(string Individual, string Authorization)
    {
        public string Milestone { get; set; } = "";

        public string Line { get; set; } = "";
    }

    /// <summary>How many people it has registered.</summary>
    public (int People, int Billed) Registered => (people.Count, billed.Count);

    /// <summary>Hires who renders what it claims.</summary>
    public Task Hire() => agency.Hire();

    /// <summary>Eligibility was restored to when it had these people.</summary>
    public void ReturnTo((int People, int Billed) then)
    {
        people.RemoveRange(then.People, people.Count - then.People);
        billed.RemoveRange(then.Billed, billed.Count - then.Billed);
    }

    public async Task Work(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            switch (people.Count < 2 ? 0 : random.Next(15))
            {
                case 0:
                    await Admit();
                    break;
                case 1 or 2:
                    await Determine();
                    break;
                case 3:
                    await Refer();
                    break;
                case 4:
                    await MergeAndUndo();
                    break;
                case 5:
                    await OrderAndVoid();
                    break;
                case 6:
                    await AdmitToBill();
                    break;
                case 7 or 8 or 9 or 10:
                    await ClaimOrVoid();
                    break;
                default:
                    await MoveUnits();
                    break;
            }
        }
    }

    // Two agencies have the same person on file and request at the same time: at most one is approved.
    private async Task Admit()
    {
        var identifier = $"member-{seed}-{people.Count}";
        var requested = new List<(string Individual, ChaosAgency Agency, Proto.Authorization Authorization)>();
        foreach (var each in new[] { agency, other })
        {
            var individual = await each.Register("Person", identifier);
            await each.Enroll(individual);
            Proto.RequestAuthorizationRequest request = new()
            {
                Individual = individual,
                Provider = each.Name,
                Program = "nc-state",
                Kind = Proto.AuthorizationKind.Ips,
                ServiceInitiationDate = On(0),
                RequestedFrom = On(0),
                RequestedThrough = On(89),
                RequestedUnits = 500,
                Documents = { await each.Store(individual, DocumentKind.Assessment), await each.Store(individual, DocumentKind.CareerProfile) },
            };
            var authorization = await Surely<Proto.Authorizations.AuthorizationsClient, Proto.Authorization>((c, id) =>
            {
                request.RequestId = id;
                return c.RequestAuthorizationAsync(request, each.Us).ResponseAsync;
            });
            books.Decisions.Add(authorization.Decision.DecisionId);
            requested.Add((individual, each, authorization));
        }

        var answers = await Task.WhenAll(requested.Select(a => Task.Run(async () =>
        {
            try
            {
                return await Surely<Proto.Authorizations.AuthorizationsClient, Proto.Authorization>((c, id) => c.DecideAuthorizationAsync(
                    new()
                    {
                        Name = a.Authorization.Name,
                        Etag = a.Authorization.Etag,
                        Outcome = Proto.AuthorizationOutcome.Approve,
                        OverrideReason = "a caller of the chaos test",
                        RequestId = id
                    },
                    a.Agency.Payer).ResponseAsync);
            }
            catch (RpcException refused) when (refused.StatusCode is StatusCode.FailedPrecondition)
            {
                return null;
            }
        })));
        if (answers.All(a => a is not null))
            books.BothApproved.Add(identifier);
        foreach (var (who, answer) in requested.Zip(answers))
        {
            if (answer is not null)
                books.Approved[answer.Name] = identifier;
            people.Add((who.Individual, who.Agency, answer?.Name));
        }
    }

    private async Task Determine()
    {
        var person = people[random.Next(people.Count)];
        var determination = await Surely<Proto.Determinations.DeterminationsClient, Proto.Determination>((c, id) => c.DetermineAsync(
            new() { Individual = person.Individual, Provider = person.Agency.Name, Program = "nc-core", RequestId = id },
            person.Agency.Us).ResponseAsync);
        books.Determinations[determination.Name] = determination.Decision.ReceiptSha256;
        books.Decisions.Add(determination.Decision.DecisionId);
    }

    private async Task Refer()
    {
        var person = people[random.Next(people.Count)];
        Proto.Referral referral;
        try
        {
            referral = await Surely<Proto.Referrals.ReferralsClient, Proto.Referral>((c, id) => c.CreateReferralAsync(new()
            {
                Individual = person.Individual,
                Provider = person.Agency.Name,
                Program = "nc-core",
                ServiceInitiationDate = On(0),
                ReferralDate = On(0),
                RequestId = id,
            }, person.Agency.Us).ResponseAsync);
        }
        catch (RpcException exists) when (exists.StatusCode is StatusCode.AlreadyExists)
        {
            return;
        }

        books.Referrals[referral.Name] = referral.State;
        var dvrs = ChaosPlatform.As(Roles.Dvrs, "nc-dvrs");
        books.Referrals[referral.Name] = (await Surely<Proto.Referrals.ReferralsClient, Proto.Referral>((c, id) =>
            c.AcknowledgeReferralAsync(new() { Name = referral.Name, MessageId = id, AcknowledgedOn = On(0) }, dvrs).ResponseAsync)).State;
        if (random.Next(2) == 0)
            books.Referrals[referral.Name] = (await Surely<Proto.Referrals.ReferralsClient, Proto.Referral>((c, id) =>
                c.RecordDvrsDecisionAsync(new() { Name = referral.Name, MessageId = id, Outcome = Proto.DvrsOutcome.Eligible, DecidedOn = On(0) }, dvrs)
                    .ResponseAsync)).State;
    }

    // The person is on file twice: both records become one, a fact of either is corrected meanwhile, and sometimes it was a mistake.
    private async Task MergeAndUndo()
    {
        (string Individual, ChaosAgency Agency)[] everyone = [.. people.Select(p => (p.Individual, p.Agency)), .. billed.Select(b => (b.Individual, agency))];
        var person = everyone[random.Next(everyone.Length)];
        var us = person.Agency.Us;
        var twin = await person.Agency.Register("Twin", EligibilityService.NewCode("twin"));
        books.Merges[twin] = twin;
        var fact = await Surely<Proto.Individuals.IndividualsClient, Proto.Fact>((c, id) => c.RecordFactAsync(
            new() { Individual = twin, Fact = Records.Diagnosis(Proto.DiagnosisClass.Spmi, On(-50), primary: true), RequestId = id }, us).ResponseAsync);
        var key = fact.Name[(fact.Name.LastIndexOf('/') + 1)..];
        (books.Facts[key], books.Versions[key]) = (twin, 1);
        var (survivor, merged) = (await Read(person.Individual), await Read(twin));
        await Surely<Proto.Individuals.IndividualsClient, Proto.Individual>((c, id) => c.MergeIndividualsAsync(
            new() { Survivor = survivor.Name, Etag = survivor.Etag, Merged = twin, MergedEtag = merged.Etag, RequestId = id }, us).ResponseAsync);
        books.Facts[key] = books.Merges[twin] = survivor.Name;
        if (random.Next(2) == 0)
        {
            await Surely<Proto.Individuals.IndividualsClient, Proto.Fact>((c, id) => c.CorrectFactAsync(new()
            {
                Name = $"{survivor.Name}/facts/{key}",
                Etag = fact.Etag,
                Fact = Records.Diagnosis(Proto.DiagnosisClass.Spmi, On(-40), primary: true),
                Reason = Proto.CorrectionReason.WrongValue,
                RequestId = id,
            }, us).ResponseAsync);
            books.Versions[key] = 2;
        }

        if (random.Next(2) == 0)
            return;
        var one = await Read(twin);
        await Surely<Proto.Individuals.IndividualsClient, Proto.UndoMergeResponse>((c, id) => c.UndoMergeAsync(
            new() { Name = twin, Etag = one.Etag, Reason = "two people of one name", RequestId = id }, us).ResponseAsync);
        books.Facts[key] = books.Merges[twin] = twin;

        Task<Proto.Individual> Read(string name) => Surely<Proto.Individuals.IndividualsClient, Proto.Individual>(
            (c, _) => c.GetIndividualAsync(new() { Name = name }, us).ResponseAsync);
    }

    private async Task OrderAndVoid()
    {
        var person = people[random.Next(people.Count)];
        var us = person.Agency.Us;
        var order = await Surely<Proto.ServiceOrders.ServiceOrdersClient, Proto.ServiceOrder>((c, id) => c.CreateServiceOrderAsync(
            new() { Individual = person.Individual, Provider = person.Agency.Name, Program = "nc-core", OrderDate = On(0), RequestId = id },
            us).ResponseAsync);
        books.Orders[order.Name] = order.State;
        if (random.Next(2) == 0)
            books.Orders[order.Name] = (await Surely<Proto.ServiceOrders.ServiceOrdersClient, Proto.ServiceOrder>((c, id) => c.VoidServiceOrderAsync(
                new() { Name = order.Name, Etag = order.Etag, Reason = "drafted twice", RequestId = id }, us).ResponseAsync)).State;
    }

    // A person whose milestone 2 can be claimed.
    private async Task AdmitToBill()
    {
        var (individual, determination, authorization) = await agency.Admit("Billed");
        books.Determinations[determination.Name] = determination.Decision.ReceiptSha256;
        books.Decisions.Add(determination.Decision.DecisionId);
        books.Approved[authorization.Name] = individual;
        billed.Add(new(individual, authorization.Name));
    }

    // Milestone 2 is claimed, voided and claimed again: its one unit goes to and fro between Billing and Eligibility.
    private async Task ClaimOrVoid()
    {
        if (billed.Count == 0)
            return;
        var person = billed[random.Next(billed.Count)];
        if (person.Line.Length > 0)
        {
            // Its version rises when something that it rests on is decided again, also between this read and the call.
            var voided = await Surely<Claims.Claims.ClaimsClient, Claims.ClaimLine>(async (c, id) =>
            {
                var read = await c.GetClaimLineAsync(new() { Name = person.Line }, agency.Us);
                return read.State == Claims.ClaimLineState.Void ? read
                    : await c.VoidClaimLineAsync(new() { Name = read.Name, Etag = read.Etag, RequestId = EligibilityService.NewId() }, agency.Us);
            });
            books.Lines[voided.Name] = (person.Authorization, voided.State);
            person.Line = "";
            return;
        }

        if (person.Milestone.Length == 0)
        {
            person.Milestone = (await Surely<Claims.Milestones.MilestonesClient, Claims.Milestone>((c, id) => c.SubmitMilestoneAsync(new()
            {
                Individual = person.Individual,
                Provider = agency.Name,
                Program = "nc-core",
                Number = 2,
                EventDate = On(0),
                Evidence = new() { PcpDocument = "plan-1", PcpContents = { PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals } },
                RequestId = id,
            }, agency.Us).ResponseAsync)).Name;
        }

        var line = await Surely<Claims.Claims.ClaimsClient, Claims.ClaimLine>((c, id) => c.CreateClaimLineAsync(
            new() { Milestone = person.Milestone, RenderingStaff = agency.Specialist, ServiceDate = On(0), RequestId = id }, agency.Us).ResponseAsync);
        // While the unit of the line before it is not back yet, the line is refused.
        books.Lines[line.Name] = (person.Authorization, line.State);
        person.Line = line.State == Claims.ClaimLineState.Ready ? line.Name : "";
    }

    private async Task MoveUnits()
    {
        var held = people.Where(p => p.Authorization is not null).ToList();
        if (held.Count == 0)
            return;
        var person = held[random.Next(held.Count)];
        var authorization = person.Authorization!;
        var billing = EligibilityService.AsService("billing", person.Agency.Code);
        var taken = books.Units.Where(u => u.Key.Authorization == authorization && u.Value > 0).Select(u => u.Key.Line).ToList();
        if (taken.Count > 0 && random.Next(3) == 0)
        {
            var line = taken[random.Next(taken.Count)];
            await Surely<Proto.Authorizations.AuthorizationsClient, Proto.UnitMovement>((c, id) =>
                c.ReleaseUnitsAsync(new() { Name = authorization, ClaimLine = line, RequestId = id }, billing).ResponseAsync);
            books.Units[(authorization, line)] = 0;
            return;
        }

        var fresh = $"claimLines/{EligibilityService.NewId()}";
        var units = random.Next(1, 4);
        var moved = await Surely<Proto.Authorizations.AuthorizationsClient, Proto.UnitMovement>((c, id) =>
            c.DrawUnitsAsync(new() { Name = authorization, ClaimLine = fresh, ServiceDate = On(0), Units = units, RequestId = id }, billing).ResponseAsync);
        books.Units[(authorization, fresh)] = moved.Units;
    }

    private Task<TReply> Surely<TClient, TReply>(Func<TClient, string, Task<TReply>> call) where TClient : ClientBase<TClient> => platform.Surely(call);
}
