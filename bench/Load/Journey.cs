using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Staffing.V1;

namespace Ips.Load;

/// <summary>One person's way from registration to two paid milestones, and a fidelity review, by gRPC: the steps of the sandbox case.</summary>
internal sealed class Journey(Callers callers, Steps steps)
{
    /// <summary>The organizations that every round is about; they may be there already.</summary>
    public async Task Prepare()
    {
        Organizations.OrganizationsClient organizations = new(callers.Channel("staffing"));
        foreach (var (code, kind) in new[] { ("alliance", OrganizationKind.Payer), ("harbor-works", OrganizationKind.Provider),
            ("nc-dvrs", OrganizationKind.VrAgency) })
        {
            try
            {
                await organizations.CreateOrganizationAsync(new()
                {
                    OrganizationId = code,
                    RequestId = Callers.RequestId(),
                    Organization = new() { DisplayName = $"{code} (bench)", Kind = kind, Programs = { People.Program } },
                }, Callers.As("ops"));
            }
            catch (Grpc.Core.RpcException e) when (e.StatusCode is Grpc.Core.StatusCode.AlreadyExists)
            {
                // A run before this one made it.
            }
        }
    }

    /// <summary>Walks the whole case once, with a team of its own.</summary>
    public async Task Walk(int round)
    {
        var provider = Callers.As("provider");
        var team = (await steps.Time("create team", () => new Teams.TeamsClient(callers.Channel("staffing")).CreateTeamAsync(new()
        {
            RequestId = Callers.RequestId(),
            Team = new()
            {
                Provider = People.Provider,
                DisplayName = $"Bench team {callers.Run} {round}",
                Program = People.Program,
                OperationStart = callers.On(-400)
            },
        }, provider))).Name;
        await Member(team, CredentialType.Qmhp, StaffRole.TeamLead);
        var esp = await Member(team, CredentialType.Cesp, StaffRole.Esp);
        var person = await Admission(round, esp);
        await Authorize(person);
        await Bill(person, esp);
        await steps.Time("record fidelity review", () => new Reviews.ReviewsClient(callers.Channel("fidelity")).RecordReviewAsync(new()
        {
            Team = team,
            Program = People.Program,
            Evaluator = Evaluator.Dhhs,
            LastOnsiteDay = callers.On(-30),
            FinalReportReceivedDate = callers.On(-9),
            RequestId = Callers.RequestId(),
            Scores = { Enumerable.Range(1, 25).Select(item => new ItemScore { Item = item, Score = item % 5 == 0 ? 5 : 4 }) },
        }, Callers.As("state")));
    }

    private async Task<string> Member(string team, CredentialType credential, StaffRole role)
    {
        Staff.StaffClient staff = new(callers.Channel("staffing"));
        var provider = Callers.As("provider");
        var member = (await steps.Time("register staff", () => staff.RegisterStaffMemberAsync(new()
        {
            Provider = People.Provider,
            DisplayName = "Bench member",
            HireDate = callers.On(-380),
            VocationalExperienceMonths = 30,
            Education = Contracts.Staffing.V1.Education.Bachelor,
            RequestId = Callers.RequestId(),
        }, provider))).Name;
        await steps.Time("add credential", () => staff.AddCredentialAsync(new()
        {
            StaffMember = member,
            RequestId = Callers.RequestId(),
            Credential = new() { Type = credential, Jurisdiction = "NC", ValidFrom = callers.On(-380) },
        }, provider));
        await steps.Time("assign role", () => staff.AssignRoleAsync(
            new() { StaffMember = member, Team = team, Role = role, From = callers.On(-380), RequestId = Callers.RequestId() }, provider));
        await steps.Time("check qualification", () => staff.CheckQualificationAsync(
            new() { StaffMember = member, Program = People.Program, Role = role, AsOf = callers.On(0), RequestId = Callers.RequestId() }, provider));
        return member;
    }

    private async Task<string> Admission(int round, string esp)
    {
        var provider = Callers.As("provider");
        var eligibility = callers.Channel("eligibility");
        var (person, assessment) = await new People(callers, steps).Admit($"journey-{round}");
        ServiceOrders.ServiceOrdersClient orders = new(eligibility);
        var order = await steps.Time("create service order", () => orders.CreateServiceOrderAsync(new()
        {
            Individual = person,
            Provider = People.Provider,
            Program = People.Program,
            OrderDate = callers.On(0),
            Assessment = assessment,
            RequestId = Callers.RequestId(),
        }, provider));
        await steps.Time("sign service order", () => orders.SignServiceOrderAsync(new()
        {
            Name = order.Name,
            Etag = order.Etag,
            SignerType = SignerType.LicensedPsychologist,
            SignatureDate = callers.On(0),
            RequestId = Callers.RequestId(),
        }, provider));
        var determined = await steps.Time("determine admission", () => new Determinations.DeterminationsClient(eligibility).DetermineAsync(
            new()
            {
                Individual = person,
                Provider = People.Provider,
                Program = People.Program,
                AsOf = callers.On(0),
                RequestId = Callers.RequestId()
            }, provider));
        if (determined.State != DeterminationState.Eligible)
            throw new InvalidOperationException($"The person should be eligible and is {determined.State}: the journey would measure refusals.");
        await steps.Time("assign person", () => new Caseloads.CaseloadsClient(callers.Channel("staffing")).AssignIndividualAsync(
            new() { Individual = person, StaffMember = esp, Program = People.Program, From = callers.On(0), RequestId = Callers.RequestId() }, provider));
        await steps.Time("create referral", () => new Referrals.ReferralsClient(eligibility).CreateReferralAsync(new()
        {
            Individual = person,
            Provider = People.Provider,
            Program = People.Program,
            ServiceInitiationDate = callers.On(0),
            ReferralDate = callers.On(0),
            RequestId = Callers.RequestId(),
        }, provider));
        return person;
    }

    // A document of a request: the request names it.
    private async Task<string> Store(string person, DocumentKind kind, params IEnumerable<string> contents)
    {
        byte[] bytes = [.. "%PDF-1.7\n"u8, .. System.Text.Encoding.UTF8.GetBytes($"{kind} of {person}")];
        using var call = new Contracts.Eligibility.V1.Documents.DocumentsClient(callers.Channel("eligibility")).UploadDocument(Callers.As("provider"));
        await call.RequestStream.WriteAsync(new()
        {
            Kind = kind,
            Subject = person,
            DocumentDate = callers.On(0),
            Size = bytes.Length,
            Contents = { contents },
            Content = Google.Protobuf.ByteString.CopyFrom(bytes),
            RequestId = Callers.RequestId(),
        });
        await call.RequestStream.CompleteAsync();
        return (await call).Name;
    }

    private async Task Authorize(string person)
    {
        Authorizations.AuthorizationsClient authorizations = new(callers.Channel("eligibility"));
        string[] papers =
        [
            await Store(person, DocumentKind.Assessment), await Store(person, DocumentKind.CareerProfile),
            await Store(person, DocumentKind.IntegratedPcp, "bh_interventions", "ips_interventions", "career_goals"),
        ];
        var requested = await steps.Time("request authorization", () => authorizations.RequestAuthorizationAsync(new()
        {
            Individual = person,
            Provider = People.Provider,
            Program = People.Program,
            Kind = AuthorizationKind.M2,
            ServiceInitiationDate = callers.On(0),
            RequestedFrom = callers.On(0),
            RequestedThrough = callers.On(89),
            RequestedUnits = 1,
            RequestId = Callers.RequestId(),
            Documents = { papers },
        }, Callers.As("provider")));
        await steps.Time("approve authorization", () => authorizations.DecideAuthorizationAsync(
            new()
            {
                Name = requested.Name,
                Etag = requested.Etag,
                Outcome = AuthorizationOutcome.Approve,
                OverrideReason = "the load determines no one eligible",
                RequestId = Callers.RequestId(),
            }, Callers.As("mco")));
    }

    private async Task Bill(string person, string esp)
    {
        MilestoneEvidence engagement = new() { ServiceNotes = { await Note(person, esp, 60), await Note(person, esp, 45) } };
        await Milestone(person, esp, 1, engagement);
        await Milestone(person, esp, 2, new()
        {
            PcpContents = { PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals },
            PcpDocument = "bench-pcp",
        });
    }

    private async Task Milestone(string person, string esp, int number, MilestoneEvidence evidence)
    {
        var provider = Callers.As("provider");
        var billing = callers.Channel("billing");
        var milestone = await steps.Time($"submit milestone {number}", () => new Milestones.MilestonesClient(billing).SubmitMilestoneAsync(new()
        {
            Individual = person,
            Provider = People.Provider,
            Program = People.Program,
            Number = number,
            EventDate = callers.On(0),
            Evidence = evidence,
            RequestId = Callers.RequestId(),
        }, provider));
        await steps.Time($"claim milestone {number}", () => new Claims.ClaimsClient(billing).CreateClaimLineAsync(
            new() { Milestone = milestone.Name, RenderingStaff = esp, ServiceDate = callers.On(0), RequestId = Callers.RequestId() }, provider));
    }

    private async Task<string> Note(string person, string esp, int minutes) =>
        (await steps.Time("record service note", () => new ServiceNotes.ServiceNotesClient(callers.Channel("billing")).RecordServiceNoteAsync(new()
        {
            Individual = person,
            Provider = People.Provider,
            Program = People.Program,
            RenderingStaff = esp,
            ServiceDate = callers.On(0),
            RequestId = Callers.RequestId(),
            Elements = new()
            {
                IndividualName = "Bench Case",
                ServiceName = "IPS",
                ContactType = ContactType.InPerson,
                PlaceOfService = PlaceOfService.Community,
                PurposeGoal = "Explore work preferences",
                Interventions = "Engagement and career exploration",
                DurationMinutes = minutes,
                Effectiveness = "Took part and chose next steps",
                SignedBy = "Bench ESP",
                SignatureDate = callers.On(0),
                CredentialsOrTitle = "ESP, CESP",
                NameOnEveryPage = true,
                Author = esp,
                Activity = Activity.DirectSupport,
                GroupSize = 1,
                Rendered = true,
                IndividualPresent = true,
                InterventionOnPlanFrom = callers.On(0),
            },
        }, Callers.As("provider")))).Name;
}
