using System.Collections.Concurrent;
using Grpc.Core;
using Ips.Testing;
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

    /// <summary>People whose two providers were both approved: must stay empty.</summary>
    public ConcurrentBag<string> BothApproved { get; } = [];
}

/// <summary>
/// A client that performs actions one after the other, chosen by its seed, and retries each call with the same request id until it is answered.
/// </summary>
internal sealed class ChaosCaller(ChaosPlatform platform, Books books, int seed)
{
    private static readonly DateOnly Today =
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")).DateTime);

    private readonly Random random = new(seed);
    private readonly string payer = $"payer-{seed}";
    private readonly List<(string Individual, string Provider, string Identifier, string? Authorization)> people = [];

    public async Task Work(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            switch (people.Count < 2 ? 0 : random.Next(10))
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
        var agencies = new[] { $"agency-{seed}-a", $"agency-{seed}-b" };
        var requested = new List<(string Individual, string Provider, Proto.Authorization Authorization)>();
        foreach (var agency in agencies)
        {
            var individual = (await Surely<Proto.Individuals.IndividualsClient, Proto.Individual>(c => new(c), (c, id) => c.RegisterIndividualAsync(new()
            {
                Provider = $"organizations/{agency}",
                GivenName = "Chaos",
                FamilyName = "Person",
                BirthDate = "1990-01-01",
                Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = identifier } },
                RequestId = id,
            }, platform.As(Roles.Provider, agency)).ResponseAsync)).Name;
            await Surely<Proto.Individuals.IndividualsClient, Proto.Enrollment>(c => new(c), (c, id) => c.AddEnrollmentAsync(new()
            {
                Individual = individual,
                Enrollment = new()
                {
                    Payer = $"organizations/{payer}",
                    From = On(-100),
                    Funding = Contracts.Common.V1.Funding.State,
                    BenefitPlan = "ASWOM",
                    BenefitPlanFrom = On(-100)
                },
                RequestId = id,
            }, platform.As(Roles.Provider, agency)).ResponseAsync);
            Proto.RequestAuthorizationRequest request = new()
            {
                Individual = individual,
                Provider = $"organizations/{agency}",
                Program = "nc-state",
                Kind = Proto.AuthorizationKind.Ips,
                ServiceInitiationDate = On(0),
                RequestedFrom = On(0),
                RequestedThrough = On(89),
                RequestedUnits = 500,
                Documents = { Proto.RequestDocument.AuthorizationRequest, Proto.RequestDocument.Assessment, Proto.RequestDocument.CareerProfile },
            };
            var authorization = await Surely<Proto.Authorizations.AuthorizationsClient, Proto.Authorization>(c => new(c), (c, id) =>
            {
                request.RequestId = id;
                return c.RequestAuthorizationAsync(request, platform.As(Roles.Provider, agency)).ResponseAsync;
            });
            books.Decisions.Add(authorization.Decision.DecisionId);
            requested.Add((individual, agency, authorization));
        }

        var answers = await Task.WhenAll(requested.Select(a => Task.Run(async () =>
        {
            try
            {
                return await Surely<Proto.Authorizations.AuthorizationsClient, Proto.Authorization>(c => new(c), (c, id) => c.DecideAuthorizationAsync(
                    new()
                    {
                        Name = a.Authorization.Name,
                        Etag = a.Authorization.Etag,
                        Outcome = Proto.AuthorizationOutcome.Approve,
                        OverrideReason = "a caller of the chaos test",
                        RequestId = id
                    },
                    platform.As(Roles.Mco, payer)).ResponseAsync);
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
            people.Add((who.Individual, who.Provider, identifier, answer?.Name));
        }
    }

    private async Task Determine()
    {
        var person = people[random.Next(people.Count)];
        var determination = await Surely<Proto.Determinations.DeterminationsClient, Proto.Determination>(c => new(c), (c, id) => c.DetermineAsync(
            new() { Individual = person.Individual, Provider = $"organizations/{person.Provider}", Program = "nc-core", RequestId = id },
            platform.As(Roles.Provider, person.Provider)).ResponseAsync);
        books.Determinations[determination.Name] = determination.Decision.ReceiptSha256;
        books.Decisions.Add(determination.Decision.DecisionId);
    }

    private async Task Refer()
    {
        var person = people[random.Next(people.Count)];
        Proto.Referral referral;
        try
        {
            referral = await Surely<Proto.Referrals.ReferralsClient, Proto.Referral>(c => new(c), (c, id) => c.CreateReferralAsync(new()
            {
                Individual = person.Individual,
                Provider = $"organizations/{person.Provider}",
                Program = "nc-core",
                ServiceInitiationDate = On(0),
                ReferralDate = On(0),
                RequestId = id,
            }, platform.As(Roles.Provider, person.Provider)).ResponseAsync);
        }
        catch (RpcException exists) when (exists.StatusCode is StatusCode.AlreadyExists)
        {
            return;
        }

        books.Referrals[referral.Name] = referral.State;
        var dvrs = platform.As(Roles.Dvrs, "nc-dvrs");
        books.Referrals[referral.Name] = (await Surely<Proto.Referrals.ReferralsClient, Proto.Referral>(c => new(c), (c, id) =>
            c.AcknowledgeReferralAsync(new() { Name = referral.Name, MessageId = id, AcknowledgedOn = On(0) }, dvrs).ResponseAsync)).State;
        if (random.Next(2) == 0)
            books.Referrals[referral.Name] = (await Surely<Proto.Referrals.ReferralsClient, Proto.Referral>(c => new(c), (c, id) =>
                c.RecordDvrsDecisionAsync(new() { Name = referral.Name, MessageId = id, Outcome = Proto.DvrsOutcome.Eligible, DecidedOn = On(0) }, dvrs)
                    .ResponseAsync)).State;
    }

    // The person is on file twice: both records become one, a fact of either is corrected meanwhile, and sometimes it was a mistake.
    private async Task MergeAndUndo()
    {
        var person = people[random.Next(people.Count)];
        var agency = platform.As(Roles.Provider, person.Provider);
        var twin = (await Surely<Proto.Individuals.IndividualsClient, Proto.Individual>(c => new(c), (c, id) => c.RegisterIndividualAsync(new()
        {
            Provider = $"organizations/{person.Provider}",
            GivenName = "Chaos",
            FamilyName = "Twin",
            BirthDate = "1990-01-01",
            Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = EligibilityService.NewCode("twin") } },
            RequestId = id,
        }, agency).ResponseAsync)).Name;
        books.Merges[twin] = twin;
        var fact = await Surely<Proto.Individuals.IndividualsClient, Proto.Fact>(c => new(c), (c, id) => c.RecordFactAsync(
            new() { Individual = twin, Fact = Records.Diagnosis(Proto.DiagnosisClass.Spmi, On(-50), primary: true), RequestId = id }, agency).ResponseAsync);
        var key = fact.Name[(fact.Name.LastIndexOf('/') + 1)..];
        (books.Facts[key], books.Versions[key]) = (twin, 1);
        var (survivor, merged) = (await Read(person.Individual), await Read(twin));
        await Surely<Proto.Individuals.IndividualsClient, Proto.Individual>(c => new(c), (c, id) => c.MergeIndividualsAsync(
            new() { Survivor = survivor.Name, Etag = survivor.Etag, Merged = twin, MergedEtag = merged.Etag, RequestId = id }, agency).ResponseAsync);
        books.Facts[key] = books.Merges[twin] = survivor.Name;
        if (random.Next(2) == 0)
        {
            await Surely<Proto.Individuals.IndividualsClient, Proto.Fact>(c => new(c), (c, id) => c.CorrectFactAsync(new()
            {
                Name = $"{survivor.Name}/facts/{key}",
                Etag = fact.Etag,
                Fact = Records.Diagnosis(Proto.DiagnosisClass.Spmi, On(-40), primary: true),
                Reason = Proto.CorrectionReason.WrongValue,
                RequestId = id,
            }, agency).ResponseAsync);
            books.Versions[key] = 2;
        }

        if (random.Next(2) == 0)
            return;
        var one = await Read(twin);
        await Surely<Proto.Individuals.IndividualsClient, Proto.UndoMergeResponse>(c => new(c), (c, id) => c.UndoMergeAsync(
            new() { Name = twin, Etag = one.Etag, Reason = "two people of one name", RequestId = id }, agency).ResponseAsync);
        books.Facts[key] = books.Merges[twin] = twin;

        Task<Proto.Individual> Read(string name) => Surely<Proto.Individuals.IndividualsClient, Proto.Individual>(
            c => new(c), (c, _) => c.GetIndividualAsync(new() { Name = name }, agency).ResponseAsync);
    }

    private async Task OrderAndVoid()
    {
        var person = people[random.Next(people.Count)];
        var agency = platform.As(Roles.Provider, person.Provider);
        var order = await Surely<Proto.ServiceOrders.ServiceOrdersClient, Proto.ServiceOrder>(c => new(c), (c, id) => c.CreateServiceOrderAsync(
            new() { Individual = person.Individual, Provider = $"organizations/{person.Provider}", Program = "nc-core", OrderDate = On(0), RequestId = id },
            agency).ResponseAsync);
        books.Orders[order.Name] = order.State;
        if (random.Next(2) == 0)
            books.Orders[order.Name] = (await Surely<Proto.ServiceOrders.ServiceOrdersClient, Proto.ServiceOrder>(c => new(c), (c, id) => c.VoidServiceOrderAsync(
                new() { Name = order.Name, Etag = order.Etag, Reason = "drafted twice", RequestId = id }, agency).ResponseAsync)).State;
    }

    private async Task MoveUnits()
    {
        var held = people.Where(p => p.Authorization is not null).ToList();
        if (held.Count == 0)
            return;
        var person = held[random.Next(held.Count)];
        var authorization = person.Authorization!;
        var billing = EligibilityService.AsService("billing", person.Provider);
        var taken = books.Units.Where(u => u.Key.Authorization == authorization && u.Value > 0).Select(u => u.Key.Line).ToList();
        if (taken.Count > 0 && random.Next(3) == 0)
        {
            var line = taken[random.Next(taken.Count)];
            await Surely<Proto.Authorizations.AuthorizationsClient, Proto.UnitMovement>(c => new(c), (c, id) =>
                c.ReleaseUnitsAsync(new() { Name = authorization, ClaimLine = line, RequestId = id }, billing).ResponseAsync);
            books.Units[(authorization, line)] = 0;
            return;
        }

        var fresh = $"claimLines/{EligibilityService.NewId()}";
        var units = random.Next(1, 4);
        var moved = await Surely<Proto.Authorizations.AuthorizationsClient, Proto.UnitMovement>(c => new(c), (c, id) =>
            c.DrawUnitsAsync(new() { Name = authorization, ClaimLine = fresh, ServiceDate = On(0), Units = units, RequestId = id }, billing).ResponseAsync);
        books.Units[(authorization, fresh)] = moved.Units;
    }

    private Task<TReply> Surely<TClient, TReply>(Func<ChannelBase, TClient> client, Func<TClient, string, Task<TReply>> call) => platform.Surely(random, client, call);

    private static string On(int days) => Today.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
