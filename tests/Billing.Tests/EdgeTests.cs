using System.Net;
using System.Text;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using Ips.Billing.Db;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Billing.Tests;

[Collection("billing")]
public sealed class EdgeTests(BillingService billing)
{
    [Fact]
    public async Task While_another_service_is_down_the_answer_is_UNAVAILABLE_and_nothing_is_stored()
    {
        var (individual, person) = billing.Eligibility.Person();
        var line = billing.Line((await billing.Submitted(BillingService.Second(individual))).Name);
        await billing.StaffingHost.Stop();
        try
        {
            var down = await billing.Claims.CreateClaimLineAsync(line, billing.Us).Refused(StatusCode.Unavailable);
            Assert.True(down.Detail<RetryInfo>().RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        }
        finally
        {
            await billing.StaffingHost.Start();
        }

        Assert.Empty(person.Drawn);
        Assert.Equal(0, await billing.Count("claim_lines", $"individual_id = '{individual[12..]}'"));
        Assert.Equal(0, await billing.Count("answered_requests", $"request_id = '{line.RequestId}'"));
        await Poll.Until(async () =>
        {
            try
            {
                return (await billing.Claimed(line)).State == Contracts.Billing.V1.ClaimLineState.Ready;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                return false;
            }
        });

        await billing.EligibilityHost.Stop();
        try
        {
            var down = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual), billing.Us).Refused(StatusCode.Unavailable);
            Assert.NotNull(down.Detail<RetryInfo>().RetryDelay);
        }
        finally
        {
            await billing.EligibilityHost.Start();
        }

        Assert.Equal(0, await billing.Count("service_notes", $"individual_id = '{individual[12..]}'"));
        await Poll.Until(async () =>
        {
            try
            {
                return (await billing.Notes.RecordServiceNoteAsync(billing.Note(individual), billing.Us)).DayUnits == 4;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Bad_input_names_every_wrong_field_on_both_wires()
    {
        string[] wrong = ["individual", "provider", "program", "rendering_staff", "service_date", "elements.signature_date", "elements.duration_minutes"];
        Contracts.Billing.V1.RecordServiceNoteRequest request = new()
        {
            Individual = "individuals/none",
            Provider = "harbor-works",
            Program = "nc-cure",
            RenderingStaff = "",
            ServiceDate = "2025-02-30",
            RequestId = BillingService.NewId(),
            Elements = new() { SignatureDate = "yesterday", DurationMinutes = -1 },
        };
        Assert.Equal(wrong, (await billing.Notes.RecordServiceNoteAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());

        using var http = billing.Http(Roles.Provider, BillingService.Provider);
        using StringContent body = new(Google.Protobuf.JsonFormatter.Default.Format(request), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/v1/serviceNotes", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((int)Code.InvalidArgument, json.RootElement.GetProperty("code").GetInt32());
        var violations = json.RootElement.GetProperty("details").EnumerateArray().Single(d => d.TryGetProperty("fieldViolations", out _))
            .GetProperty("fieldViolations");
        Assert.Equal(wrong, violations.EnumerateArray().Select(v => v.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Each_request_names_its_own_wrong_fields()
    {
        var (individual, _) = billing.Eligibility.Person();
        var third = BillingService.Second(individual);
        (third.Number, third.EventDate) = (3, "2199-01-01");
        Assert.Equal(["event_date"], (await billing.Milestones.SubmitMilestoneAsync(third, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        (third.Number, third.EventDate) = (10, "tomorrow");
        Assert.Equal(["number", "event_date"], (await billing.Milestones.SubmitMilestoneAsync(third, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(["evidence.service_notes"],
            (await billing.Milestones.SubmitMilestoneAsync(BillingService.First(individual, BillingService.Day), billing.Us)
                .Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(["milestone", "rendering_staff", "service_date", "units", "code", "modifiers"], (await billing.Claims.CreateClaimLineAsync(
            new() { Units = -1, Code = "H-2023", Modifiers = { "U44" }, RequestId = BillingService.NewId() }, billing.Us).Refused(
                StatusCode.InvalidArgument)).Fields());
        Assert.Equal(["page_size"], (await billing.Claims.ListClaimLinesAsync(new() { PageSize = -1 }, billing.Us).Refused(StatusCode.InvalidArgument))
            .Fields());
        Assert.Equal(["individual", "provider", "program", "year"],
            (await billing.Ledger.GetUnitLedgerAsync(new(), billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        await billing.Milestones.SubmitMilestoneAsync(BillingService.Second($"individuals/{Guid.CreateVersion7()}"), billing.Us).Refused(StatusCode.NotFound);
    }

    [Fact]
    public async Task A_call_to_another_service_inside_a_transaction_is_refused()
    {
        await using var scope = billing.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<BillingDb>().Database;
        var staff = scope.ServiceProvider.GetRequiredService<Contracts.Staffing.V1.Staff.StaffClient>();
        Contracts.Staffing.V1.VerifyQualificationRequest request = new() { StaffMember = billing.Esp };
        await using (await database.BeginTransactionAsync())
        {
            var refused = Assert.Throws<InvalidOperationException>(() => staff.VerifyQualificationAsync(request, billing.Us));
            Assert.Contains("/ips.staffing.v1.Staff/VerifyQualification was called inside a database transaction", refused.Message, StringComparison.Ordinal);
        }

        Assert.True((await staff.VerifyQualificationAsync(request, billing.Us)).Qualified);
    }

    [Fact]
    public async Task The_migrations_make_the_model()
    {
        await using var scope = billing.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BillingDb>();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
    }
}
