using System.Collections.Concurrent;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Staffing.V1;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Ips.Testing;

/// <summary>What the fake services store about a person. A test changes it.</summary>
public sealed class KnownPerson
{
    /// <summary>What the latest Career Profile chooses to disclose to employers; null without a profile.</summary>
    public DisclosureChoice? Disclosure { get; set; }

    public bool Eligible { get; set; } = true;

    public string OrderName { get; set; } = "";

    public Funding Funding { get; set; } = Funding.Medicaid;

    public string Name { get; set; } = "Sealed Name";

    /// <summary>Code of the one provider that finds the person; null for every caller.</summary>
    public string? Provider { get; set; }

    /// <summary>The record that this one was merged into.</summary>
    public string? MergedInto { get; set; }

    /// <summary>Whether texts about the person are withheld from others than the provider.</summary>
    public bool TextsWithheld { get; set; }

    public string Payer { get; set; } = "organizations/alliance";

    /// <summary>Every coverage of the person; empty: the payer and the funding alone, as an earlier version of Eligibility answers.</summary>
    public List<LiveCoverage> Coverages { get; } = [];

    /// <summary>The record that GetIndividual returns, without name and enrolment; null when no one records more than other tests need.</summary>
    public Individual? Record { get; set; }

    /// <summary>Why the person is not eligible, each with its rule.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>The only kind of authorization that the person has; null: whatever kind is needed.</summary>
    public AuthorizationKind? Kind { get; set; }

    /// <summary>First and last day of the service order; empty when there is none.</summary>
    public (string From, string Through) Order { get; set; } = ("2025-01-01", "2025-12-31");

    /// <summary>First and last day of the authorization of milestone 2, and its units; null when there is none.</summary>
    public (string From, string Through, int Units)? Authorized { get; set; } = ("2025-01-01", "2025-12-31", 1);

    /// <summary>Whether the person has ACT, and whether another agency has IPS; and the days of the episode.</summary>
    public CheckOverlapsResponse Overlaps { get; } = new() { EpisodeFrom = "2025-01-01" };

    public string Authorization { get; } = $"authorizations/{Guid.CreateVersion7()}";

    /// <summary>Units taken, by claim line.</summary>
    public ConcurrentDictionary<string, int> Drawn { get; } = new();

    /// <summary>Claim lines whose units were returned, once per request.</summary>
    public ConcurrentQueue<string> Released { get; } = new();

    public int Left => (Authorized?.Units ?? 0) - Drawn.Values.Sum();
}

/// <summary>A fake Eligibility. Only people that a test created exist.</summary>
public sealed class FakeEligibility
{
    private readonly ConcurrentDictionary<string, KnownPerson> people = new();

    public FakeEligibility() => (Individuals, Determinations, Orders, Authorizations, Profiles) = (new(this), new(this), new(this), new(this), new(this));

    public IndividualsFake Individuals { get; }

    public DeterminationsFake Determinations { get; }

    public OrdersFake Orders { get; }

    public AuthorizationsFake Authorizations { get; }

    public ProfilesFake Profiles { get; }

    /// <summary>Runs after units were taken, before the reply is sent.</summary>
    public Func<Task>? AfterDraw { get; set; }

    public (string Name, KnownPerson Person) Person()
    {
        var person = new KnownPerson();
        var name = $"individuals/{Guid.CreateVersion7()}";
        people[name] = person;
        return (name, person);
    }

    /// <summary>A person that a test created.</summary>
    public KnownPerson this[string individual] => Find(individual);

    private KnownPerson Find(string individual) =>
        people.TryGetValue(individual, out var person) ? person : throw new RpcException(new Status(StatusCode.NotFound, "no such person"));

    private KnownPerson Holder(string authorization) => people.Values.Single(p => p.Authorization == authorization);

    public sealed class IndividualsFake(FakeEligibility all) : Individuals.IndividualsBase
    {
        public override Task<Individual> GetIndividual(GetIndividualRequest request, ServerCallContext context)
        {
            var person = all.Find(request.Name);
            var record = person.Record?.Clone() ?? new();
            record.Name = request.Name;
            record.Enrollments.Add(new Enrollment { Payer = person.Payer, From = "2025-01-01", Funding = person.Funding });
            return Task.FromResult(record);
        }

        public override Task<MatchNameResponse> MatchName(MatchNameRequest request, ServerCallContext context) =>
            Task.FromResult(new MatchNameResponse { Matches = all.Find(request.Individual).Name == request.WrittenName });

        public override Task<CheckRedisclosureResponse> CheckRedisclosure(CheckRedisclosureRequest request, ServerCallContext context) =>
            Task.FromResult(new CheckRedisclosureResponse { Withheld = { request.Individuals.Where(name => all.Find(name).TextsWithheld) } });
    }

    public sealed class DeterminationsFake(FakeEligibility all) : Determinations.DeterminationsBase
    {
        public override Task<VerifyResponse> Verify(VerifyRequest request, ServerCallContext context)
        {
            var person = all.Find(request.Individual);
            var token = new JsonWebToken(context.RequestHeaders.GetValue("authorization")!["Bearer ".Length..]);
            if (person.Provider is { } provider && token.GetClaim("org").Value != provider)
                throw new RpcException(new Status(StatusCode.NotFound, "no such person"));
            return Task.FromResult(new VerifyResponse
            {
                Individual = person.MergedInto ?? request.Individual,
                Eligible = person.Eligible,
                Payer = person.Payer,
                Funding = person.Funding,
                Findings = { person.Findings },
                Coverages = { person.Coverages },
            });
        }
    }

    public sealed class ProfilesFake(FakeEligibility all) : CareerProfiles.CareerProfilesBase
    {
        public override Task<ListCareerProfilesResponse> ListCareerProfiles(ListCareerProfilesRequest request, ServerCallContext context)
        {
            ListCareerProfilesResponse reply = new();
            if (all.Find(request.Individual).Disclosure is { } choice)
                reply.CareerProfiles.Add(new CareerProfile { Individual = request.Individual, Content = new() { Disclosure = choice } });
            return Task.FromResult(reply);
        }
    }

    public sealed class OrdersFake(FakeEligibility all) : ServiceOrders.ServiceOrdersBase
    {
        public override Task<CheckServiceOrderResponse> CheckServiceOrder(CheckServiceOrderRequest request, ServerCallContext context)
        {
            var person = all.Find(request.Individual);
            var (from, through) = person.Order;
            return Task.FromResult(new CheckServiceOrderResponse { InForce = from.Length > 0, From = from, Through = through, ServiceOrder = person.OrderName });
        }

        public override Task<ServiceOrder> GetServiceOrder(GetServiceOrderRequest request, ServerCallContext context) =>
            Task.FromResult(new ServiceOrder { Name = request.Name });
    }

    public sealed class AuthorizationsFake(FakeEligibility all) : Authorizations.AuthorizationsBase
    {
        public override Task<CoversResponse> Covers(CoversRequest request, ServerCallContext context)
        {
            var person = all.Find(request.Individual);
            return Task.FromResult(person.Authorized is { } sar && (person.Kind is null || person.Kind == request.Kind)
                ? new CoversResponse
                {
                    Authorization = person.Authorization,
                    From = sar.From,
                    Through = sar.Through,
                    UnitsApproved = sar.Units,
                    UnitsLeft = person.Left,
                    Covered = true
                }
                : new CoversResponse());
        }

        public override Task<CheckOverlapsResponse> CheckOverlaps(CheckOverlapsRequest request, ServerCallContext context) =>
            Task.FromResult(all.Find(request.Individual).Overlaps);

        // Units are moved with Billing's own token, for the provider of the line.
        private static void DemandBilling(ServerCallContext context)
        {
            var token = new JsonWebToken(context.RequestHeaders.GetValue("authorization")!["Bearer ".Length..]);
            if (token is not { Subject: "billing" } || context.RequestHeaders.GetValue(ServiceCalls.ActingForHeader) is not { Length: > 0 })
                throw new RpcException(new Status(StatusCode.PermissionDenied, "not Billing's own call"));
        }

        public override async Task<UnitMovement> DrawUnits(DrawUnitsRequest request, ServerCallContext context)
        {
            DemandBilling(context);
            var person = all.Holder(request.Name);
            UnitMovement movement = new() { Authorization = request.Name, ClaimLine = request.ClaimLine };
            lock (person)
            {
                if (!person.Drawn.ContainsKey(request.ClaimLine))
                {
                    if (person.Left < request.Units)
                        movement.Refusal = new Finding { RuleId = "NCC-MS-02c", Verdict = Verdict.NotMet, Reason = "no unit left", Deciding = true };
                    else
                        person.Drawn[request.ClaimLine] = movement.Units = request.Units;
                }

                movement.UnitsLeft = person.Left;
            }

            if (all.AfterDraw is { } then)
                await then();
            return movement;
        }

        public override Task<UnitMovement> ReleaseUnits(ReleaseUnitsRequest request, ServerCallContext context)
        {
            DemandBilling(context);
            var person = all.Holder(request.Name);
            person.Released.Enqueue(request.ClaimLine);
            person.Drawn.TryRemove(request.ClaimLine, out var units);
            return Task.FromResult(new UnitMovement { Authorization = request.Name, ClaimLine = request.ClaimLine, Units = -units, UnitsLeft = person.Left });
        }
    }
}

/// <summary>Fake staff of Staffing: qualified, except for those that a test marks as not qualified.</summary>
public sealed class StaffFake : Staff.StaffBase
{
    /// <summary>Staff members by their qualification.</summary>
    public ConcurrentDictionary<string, Qualification> Qualifications { get; } = new();

    /// <summary>Staff members with particulars; every other one has none.</summary>
    public ConcurrentDictionary<string, StaffParticulars> Particulars { get; } = new();

    /// <summary>Staff members who are listed.</summary>
    public ConcurrentBag<StaffMember> Listed { get; } = [];

    public override Task<ListStaffResponse> ListStaff(ListStaffRequest request, ServerCallContext context) => Task.FromResult(
        new ListStaffResponse
        {
            Staff =
            {
                Listed.Where(m => m.Provider == request.Provider && m.Particulars.Npi == request.Npi && string.CompareOrdinal(m.Particulars.NpiFrom, request.NpiOn) <= 0),
            },
        });

    public override Task<StaffMember> GetStaffMember(GetStaffMemberRequest request, ServerCallContext context) => Task.FromResult(
        new StaffMember { Name = request.Name, Particulars = Particulars.GetValueOrDefault(request.Name) });

    public override Task<Qualification> VerifyQualification(VerifyQualificationRequest request, ServerCallContext context) => Task.FromResult(
        Qualifications.TryGetValue(request.StaffMember, out var qualification) ? qualification
            : new Qualification { StaffMember = request.StaffMember, Qualified = true, Status = "qualified", Day = request.ServiceDate });
}

/// <summary>Fake teams of Staffing. Only teams that a test created exist.</summary>
public sealed class TeamsFake : Teams.TeamsBase
{
    private readonly ConcurrentDictionary<string, Team> teams = new();

    public string Make(string provider, string program)
    {
        var name = $"teams/{Guid.CreateVersion7()}";
        Put(name, provider, program);
        return name;
    }

    /// <summary>A team of a known name.</summary>
    public void Put(string name, string provider, string program) =>
        teams[name] = new Team { Name = name, Provider = $"organizations/{provider}", Program = program };

    public override Task<Team> GetTeam(GetTeamRequest request, ServerCallContext context) =>
        teams.TryGetValue(request.Name, out var team) ? Task.FromResult(team) : throw new RpcException(new Status(StatusCode.NotFound, "no such team"));
}

/// <summary>Fake standings of Fidelity: every team may take new people, except those that a test closes.</summary>
public sealed class StandingsFake : Standings.StandingsBase
{
    /// <summary>Teams that may take no new people, with the first day.</summary>
    public ConcurrentDictionary<string, string> Closed { get; } = new();

    public override Task<TeamStanding> GetTeamStanding(GetTeamStandingRequest request, ServerCallContext context)
    {
        TeamStanding standing = new() { Team = request.Team, Day = request.AsOf, MayTakeNewPeople = true };
        if (Closed.TryGetValue(request.Team, out var from) && string.CompareOrdinal(from, request.AsOf) <= 0)
        {
            standing.MayTakeNewPeople = false;
            standing.Findings.Add(new Finding { RuleId = "LA-FID-010", Verdict = Verdict.NotMet, Reason = "suspended", Deciding = true });
        }

        return Task.FromResult(standing);
    }
}

/// <summary>Fake organizations of Staffing: every code is a registered provider, except those that a test removes.</summary>
public sealed class OrganizationsFake : Organizations.OrganizationsBase
{
    /// <summary>Names of organizations that are no registered provider.</summary>
    public ConcurrentDictionary<string, Organization> Others { get; } = new();

    public override Task<Organization> GetOrganization(GetOrganizationRequest request, ServerCallContext context) => Task.FromResult(
        Others.TryGetValue(request.Name, out var other) ? other
            : new Organization { Name = request.Name, Kind = OrganizationKind.Provider, State = OrganizationState.Active });
}
