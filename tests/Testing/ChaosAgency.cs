using System.Globalization;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;

namespace Ips.Testing;

/// <summary>An agency of <see cref="ChaosPlatform"/>: it hires staff and admits people by the services' own calls, each sent again until it is answered.</summary>
/// <param name="platform">The services.</param>
/// <param name="code">The code of the agency.</param>
/// <param name="payer">The code of the payer of its people.</param>
public sealed class ChaosAgency(ChaosPlatform platform, string code, string payer)
{
    private static readonly DateOnly Today =
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")).DateTime);

    /// <summary>Its resource name.</summary>
    public string Name => $"organizations/{code}";

    /// <summary>Its code.</summary>
    public string Code => code;

    /// <summary>The one specialist; empty before <see cref="Hire"/>.</summary>
    public string Specialist { get; private set; } = "";

    /// <summary>Headers of its calls.</summary>
    public Metadata Us => ChaosPlatform.As(Roles.Provider, code);

    /// <summary>Headers of its payer's calls.</summary>
    public Metadata Payer => ChaosPlatform.As(Roles.Mco, payer);

    /// <summary>The day so many days from today.</summary>
    public static string On(int days) => Today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Registers the agency and one qualified specialist.</summary>
    public async Task Hire()
    {
        await platform.Surely<Organizations.OrganizationsClient, Organization>((c, id) => c.CreateOrganizationAsync(new()
        {
            OrganizationId = code,
            Organization = new() { DisplayName = code, Kind = OrganizationKind.Provider, Programs = { "nc-core" } },
            RequestId = id,
        }, ChaosPlatform.As(Roles.Ops, Tokens.OwnOrganization)).ResponseAsync);
        var team = await platform.Surely<Teams.TeamsClient, Team>((c, id) => c.CreateTeamAsync(new()
        {
            Team = new() { Provider = Name, DisplayName = "Team", Program = "nc-core", OperationStart = On(-400) },
            RequestId = id,
        }, Us).ResponseAsync);
        Specialist = (await platform.Surely<Staff.StaffClient, StaffMember>((c, id) => c.RegisterStaffMemberAsync(new()
        {
            Provider = Name,
            DisplayName = "Chaos Specialist",
            HireDate = On(-380),
            VocationalExperienceMonths = 30,
            Education = Education.Bachelor,
            RequestId = id,
        }, Us).ResponseAsync)).Name;
        await platform.Surely<Staff.StaffClient, Credential>((c, id) => c.AddCredentialAsync(new()
        {
            StaffMember = Specialist,
            Credential = new() { Type = CredentialType.Cesp, Jurisdiction = "NC", ValidFrom = On(-380) },
            RequestId = id,
        }, Us).ResponseAsync);
        await platform.Surely<Staff.StaffClient, RoleAssignment>((c, id) => c.AssignRoleAsync(
            new() { StaffMember = Specialist, Team = team.Name, Role = StaffRole.Esp, From = On(-380), RequestId = id }, Us).ResponseAsync);
        await platform.Surely<Staff.StaffClient, Qualification>((c, id) => c.CheckQualificationAsync(
            new() { StaffMember = Specialist, Program = "nc-core", Role = StaffRole.Esp, AsOf = On(0), RequestId = id }, Us).ResponseAsync);
    }

    /// <summary>Registers a person under an identifier.</summary>
    public async Task<string> Register(string familyName, string identifier) =>
        (await platform.Surely<Individuals.IndividualsClient, Individual>((c, id) => c.RegisterIndividualAsync(new()
        {
            Provider = Name,
            GivenName = "Chaos",
            FamilyName = familyName,
            BirthDate = "1990-01-01",
            Identifiers = { new Identifier { System = "medicaid-nc", Value = identifier } },
            RequestId = id,
        }, Us).ResponseAsync)).Name;

    /// <summary>The payer covers the person.</summary>
    public Task<Enrollment> Enroll(string individual) =>
        platform.Surely<Individuals.IndividualsClient, Enrollment>((c, id) => c.AddEnrollmentAsync(new()
        {
            Individual = individual,
            Enrollment = new()
            {
                Payer = $"organizations/{payer}",
                From = On(-100),
                Funding = Funding.State,
                BenefitPlan = "ASWOM",
                BenefitPlanFrom = On(-100),
            },
            RequestId = id,
        }, Us).ResponseAsync);

    /// <summary>Stores a document of the person for a request, and returns its name.</summary>
    public async Task<string> Store(string individual, DocumentKind kind, params IEnumerable<string> contents)
    {
        byte[] bytes = [.. "%PDF-1.7\n"u8, .. System.Text.Encoding.UTF8.GetBytes($"{kind} of {individual}")];
        UploadDocumentRequest document = new()
        {
            Kind = kind,
            Subject = individual,
            DocumentDate = On(-1),
            Size = bytes.Length,
            Contents = { contents },
            Content = Google.Protobuf.ByteString.CopyFrom(bytes),
        };
        return (await platform.Surely<Documents.DocumentsClient, Document>(async (c, id) =>
        {
            document.RequestId = id;
            using var call = c.UploadDocument(Us);
            try
            {
                await call.RequestStream.WriteAsync(document);
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception ended) when (ended is RpcException or InvalidOperationException or IOException)
            {
                // The service answered or ended before everything was sent; the answer says which.
            }

            return await call;
        })).Name;
    }

    /// <summary>A person whom the rules admit, with a service order and an approved authorization of milestone 2 from today on.</summary>
    public async Task<Admitted> Admit(string familyName)
    {
        var individual = await Register(familyName, $"member-{Guid.CreateVersion7()}");
        await Enroll(individual);
        await platform.Surely<Individuals.IndividualsClient, Diagnosis>((c, id) => c.AddDiagnosisAsync(new()
        {
            Individual = individual,
            Diagnosis = new() { Class = DiagnosisClass.Spmi, Primary = true, DiagnosedOn = On(-90) },
            RequestId = id,
        }, Us).ResponseAsync);
        var assessment = await platform.Surely<Individuals.IndividualsClient, Assessment>((c, id) => c.AddAssessmentAsync(
            new() { Individual = individual, Assessment = new() { CompletedOn = On(-10), AssessorScopeIncludesDiagnosis = true }, RequestId = id },
            Us).ResponseAsync);
        Intake intake = new()
        {
            DesireToWork = true,
            DesireToWorkDate = On(-10),
            EmploymentHistory = EmploymentHistory.Intermittent,
            NeedForAssistance = true,
            NeedLinkedToDiagnosis = true,
            OtherBhServiceLastContact = On(-12),
            DeclinesBhServices = false,
        };
        await platform.Surely<Individuals.IndividualsClient, Intake>((c, id) =>
            c.RecordIntakeAsync(new() { Individual = individual, Intake = intake, RequestId = id }, Us).ResponseAsync);
        await platform.Surely<Individuals.IndividualsClient, MedicalNecessityFinding>((c, id) => c.RecordMedicalNecessityAsync(
            new() { Individual = individual, Finding = MedicalNecessity.Met, FoundOn = On(-5), RequestId = id }, Payer).ResponseAsync);
        var order = await platform.Surely<ServiceOrders.ServiceOrdersClient, ServiceOrder>((c, id) => c.CreateServiceOrderAsync(new()
        {
            Individual = individual,
            Provider = Name,
            Program = "nc-core",
            OrderDate = On(0),
            Assessment = assessment.Name,
            RequestId = id,
        }, Us).ResponseAsync);
        await platform.Surely<ServiceOrders.ServiceOrdersClient, ServiceOrder>((c, id) => c.SignServiceOrderAsync(
            new() { Name = order.Name, Etag = order.Etag, SignerType = SignerType.LicensedPsychologist, SignatureDate = On(0), RequestId = id },
            Us).ResponseAsync);
        var determination = await platform.Surely<Determinations.DeterminationsClient, Determination>((c, id) => c.DetermineAsync(
            new() { Individual = individual, Provider = Name, Program = "nc-core", RequestId = id }, Us).ResponseAsync);
        RequestAuthorizationRequest request = new()
        {
            Individual = individual,
            Provider = Name,
            Program = "nc-core",
            Kind = AuthorizationKind.M2,
            ServiceInitiationDate = On(0),
            RequestedFrom = On(0),
            RequestedThrough = On(89),
            RequestedUnits = 1,
            Documents =
            {
                await Store(individual, DocumentKind.Assessment), await Store(individual, DocumentKind.CareerProfile),
                await Store(individual, DocumentKind.IntegratedPcp, "bh_interventions", "ips_interventions", "career_goals"),
            },
        };
        var requested = await platform.Surely<Authorizations.AuthorizationsClient, Authorization>((c, id) =>
        {
            request.RequestId = id;
            return c.RequestAuthorizationAsync(request, Us).ResponseAsync;
        });
        var approved = await platform.Surely<Authorizations.AuthorizationsClient, Authorization>((c, id) => c.DecideAuthorizationAsync(new()
        {
            Name = requested.Name,
            Etag = requested.Etag,
            Outcome = AuthorizationOutcome.Approve,
            OverrideReason = "a caller of the chaos test",
            RequestId = id,
        }, Payer).ResponseAsync);
        return new(individual, determination, approved);
    }

    /// <summary>A person, and what admitted the person.</summary>
    public sealed record Admitted(string Individual, Determination Determination, Authorization Authorization);
}
