using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Jobs and education: recorded, added to, and corrected with a reason.</summary>
[Collection("billing")]
public sealed class EmploymentTests(BillingService billing)
{
    [Fact]
    public async Task A_job_is_recorded_added_to_and_corrected_with_a_reason()
    {
        var (individual, _) = billing.Eligibility.Person();
        var job = await billing.Hired(individual, "2025-02-03", worked: ["2025-02-03"]);
        Assert.Equal(job, await billing.Employment.GetJobAsync(new() { Name = job.Name }, billing.Us));

        // More days and the end are added without a reason.
        var facts = job.Facts.Clone();
        facts.WorkedDays.Add("2025-02-04");
        (facts.EndDate, facts.EndReason) = ("2025-04-01", Proto.JobEndReason.BetterJob);
        var ended = await billing.Employment.UpdateJobAsync(Update(job, facts), billing.Us);
        Assert.Equal((facts, 0), (ended.Facts, ended.Corrections.Count));

        // What was recorded changes only with one.
        facts.EndDate = "2025-04-02";
        facts.WorkedDays.RemoveAt(0);
        var refused = await billing.Employment.UpdateJobAsync(Update(ended, facts), billing.Us).Refused(StatusCode.InvalidArgument);
        Assert.Equal(["reason"], refused.Fields());
        var corrected = await billing.Employment.UpdateJobAsync(Update(ended, facts, "Sealed reason"), billing.Us);
        Assert.Equal((facts, ended.Facts, "Sealed reason"), (corrected.Facts, corrected.Corrections[0].Before, corrected.Corrections[0].Reason));
        Assert.DoesNotContain("Sealed reason", await billing.Everything());

        // An etag that was read before.
        await billing.Employment.UpdateJobAsync(Update(ended, facts, "again"), billing.Us).Refused(StatusCode.Aborted);
        Assert.Equal([corrected], (await billing.Employment.ListJobsAsync(new() { Individual = individual }, billing.Us)).Jobs);
    }

    [Theory]
    [InlineData("facts.start_date", "start missing")]
    [InlineData("facts.start_date", "start in the future")]
    [InlineData("facts.end_date", "end before the start")]
    [InlineData("facts.end_reason", "a reason without an end")]
    [InlineData("facts.weekly_hours", "169 hours")]
    [InlineData("facts.worked_days", "a day twice")]
    [InlineData("facts.worked_days[0]", "a day before the job")]
    [InlineData("facts.worked_days[0]", "a day after the end")]
    [InlineData("facts.worked_days[0]", "a day that is none")]
    [InlineData("facts.withdrawn", "withdrawn at once")]
    [InlineData("facts", "no facts")]
    [InlineData("program", "no program")]
    public async Task A_job_that_cannot_be_is_refused_by_field(string field, string what)
    {
        var (individual, _) = billing.Eligibility.Person();
        Proto.RecordJobRequest request = new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Facts = new() { StartDate = "2025-02-03", IntegratedCompetitive = true, WeeklyHours = 168 },
            RequestId = BillingService.NewId(),
        };
        var facts = request.Facts;
        switch (what)
        {
            case "start missing": facts.StartDate = ""; break;
            case "start in the future": facts.StartDate = "2199-01-01"; break;
            case "end before the start": facts.EndDate = "2025-02-02"; break;
            case "a reason without an end": facts.EndReason = Proto.JobEndReason.Left; break;
            case "169 hours": facts.WeeklyHours = 169; break;
            case "a day twice": facts.WorkedDays.Add(["2025-02-03", "2025-02-03"]); break;
            case "a day before the job": facts.WorkedDays.Add("2025-02-02"); break;
            case "a day after the end": (facts.EndDate, _) = ("2025-02-03", 0); facts.WorkedDays.Add("2025-02-04"); break;
            case "a day that is none": facts.WorkedDays.Add("soon"); break;
            case "withdrawn at once": facts.Withdrawn = true; break;
            case "no facts": request.Facts = null; break;
            default: request.Program = ""; break;
        }

        Assert.Equal([field], (await billing.Employment.RecordJobAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(0, await billing.Count("jobs", $"individual_id = '{individual[12..]}'"));
    }

    [Fact]
    public async Task An_education_is_recorded_completed_and_corrected_with_a_reason()
    {
        var (individual, _) = billing.Eligibility.Person();
        var education = await Enrolled(individual);
        var facts = education.Facts.Clone();
        (facts.CompletedDate, facts.LinkedToCareerGoal) = ("2025-03-01", true);
        var completed = await billing.Employment.UpdateEducationAsync(Update(education, facts), billing.Us);
        Assert.Equal((facts, 0), (completed.Facts, completed.Corrections.Count));
        facts.LinkedToCareerGoal = false;
        Assert.Equal(["reason"], (await billing.Employment.UpdateEducationAsync(Update(completed, facts), billing.Us)
            .Refused(StatusCode.InvalidArgument)).Fields());
        var corrected = await billing.Employment.UpdateEducationAsync(Update(completed, facts, "Sealed reason"), billing.Us);
        Assert.Equal((completed.Facts, "Sealed reason"), (corrected.Corrections[0].Before, corrected.Corrections[0].Reason));
        Assert.Equal(corrected, await billing.Employment.GetEducationAsync(new() { Name = education.Name }, billing.Us));
        Assert.Equal([corrected], (await billing.Employment.ListEducationsAsync(new() { Individual = individual }, billing.Us)).Educations);
        foreach (var (field, change) in new (string, Action<Proto.EducationFacts>)[]
        {
            ("facts.kind", f => f.Kind = default), ("facts.enrolled_date", f => f.EnrolledDate = ""), ("facts.completed_date", f => f.CompletedDate = "2025-01-09"),
            ("facts.program_months", f => f.ProgramMonths = 121), ("facts.left_early", f => f.LeftEarly = true), ("facts.proof_date", f => f.ProofDate = "2199-01-01"),
        })
        {
            var bad = facts.Clone();
            change(bad);
            Assert.Equal([field], (await billing.Employment.UpdateEducationAsync(Update(corrected, bad, "why"), billing.Us)
                .Refused(StatusCode.InvalidArgument)).Fields());
        }
    }

    [Fact]
    public async Task Only_the_agency_sees_jobs_and_education_in_code_and_in_the_database()
    {
        var (individual, person) = billing.Eligibility.Person();
        var job = await billing.Hired(individual, "2025-02-03");
        var education = await Enrolled(individual);
        await billing.Cover(individual);
        var stranger = billing.As(Roles.Provider, "another-agency");
        await billing.Employment.GetJobAsync(new() { Name = job.Name }, stranger).Refused(StatusCode.NotFound);
        await billing.Employment.GetEducationAsync(new() { Name = education.Name }, stranger).Refused(StatusCode.NotFound);
        await billing.Employment.UpdateJobAsync(Update(job, job.Facts), stranger).Refused(StatusCode.NotFound);
        await billing.Employment.UpdateEducationAsync(Update(education, education.Facts), stranger).Refused(StatusCode.NotFound);
        Assert.Empty((await billing.Employment.ListJobsAsync(new() { Individual = individual }, stranger)).Jobs);
        Assert.Empty((await billing.Employment.ListEducationsAsync(new() { Individual = individual }, stranger)).Educations);
        foreach (var role in new[] { Roles.Mco, Roles.Dvrs, Roles.State, Roles.Ops })
        {
            var who = billing.As(role, "alliance");
            await billing.Employment.GetJobAsync(new() { Name = job.Name }, who).Refused(StatusCode.PermissionDenied);
            await billing.Employment.ListEducationsAsync(new() { Individual = individual }, who).Refused(StatusCode.PermissionDenied);
        }

        // A person of another agency is not found, and another agency's name is refused.
        person.Provider = "another-agency";
        await Assert.ThrowsAsync<RpcException>(() => billing.Hired(individual, "2025-02-03"));
        Proto.RecordJobRequest foreign = new()
        {
            Individual = individual,
            Provider = "organizations/another-agency",
            Program = "nc-core",
            Facts = new() { StartDate = "2025-02-03" },
            RequestId = BillingService.NewId(),
        };
        await billing.Employment.RecordJobAsync(foreign, billing.Us).Refused(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task A_retry_returns_the_original_response()
    {
        var (individual, _) = billing.Eligibility.Person();
        Proto.RecordJobRequest request = new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Facts = new() { StartDate = "2025-02-03" },
            RequestId = BillingService.NewId(),
        };
        Assert.Equal(await billing.Employment.RecordJobAsync(request, billing.Us), await billing.Employment.RecordJobAsync(request, billing.Us));
        Assert.Equal(1, await billing.Count("jobs", $"individual_id = '{individual[12..]}'"));
    }

    private static Proto.UpdateJobRequest Update(Proto.Job job, Proto.JobFacts facts, string reason = "") =>
        new() { Name = job.Name, Etag = job.Etag, Facts = facts, Reason = reason, RequestId = BillingService.NewId() };

    private static Proto.UpdateEducationRequest Update(Proto.Education education, Proto.EducationFacts facts, string reason = "") =>
        new() { Name = education.Name, Etag = education.Etag, Facts = facts, Reason = reason, RequestId = BillingService.NewId() };

    private async Task<Proto.Education> Enrolled(string individual) => await billing.Employment.RecordEducationAsync(new()
    {
        Individual = individual,
        Provider = $"organizations/{BillingService.Provider}",
        Program = "nc-core",
        Facts = new() { Kind = Proto.EducationKind.Certification, EnrolledDate = "2025-01-10", ProgramMonths = 6 },
        RequestId = BillingService.NewId(),
    }, billing.Us);
}
