using Ips.Eligibility.Appeals;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Fhir;
using Ips.Eligibility.Fhir.Subscriptions;
using Ips.Eligibility.IntakeReferrals;
using Ips.Eligibility.Referrals;
using Ips.Eligibility.Roster;
using Ips.Eligibility.ServiceOrders;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Db;

internal sealed class DeterminationMap : IEntityTypeConfiguration<Determination>
{
    public void Configure(EntityTypeBuilder<Determination> determination)
    {
        determination.ToTable("determinations").HasKey(d => d.Id);
        determination.HasVersion();
        determination.HasUpdateTime();
        determination.HasOne(d => d.Individual).WithMany().HasForeignKey(d => d.IndividualId);
        determination.HasOne(d => d.Decision).WithMany().HasForeignKey(d => d.DecisionId);
        // Ends in the order in which verifying looks for the latest decision of a day, so that it reads one row of any history.
        determination.HasIndex(d => new { d.IndividualId, d.Program, d.AsOf, d.DecidedAt, d.Id });
        determination.HasIndex(d => new { d.Provider, d.Id });
        determination.Property(d => d.OverrideState).HasDefaultValue(Proto.OverrideState.Unspecified).ValueGeneratedNever();
        determination.Property(d => d.OverriddenRules).HasDefaultValueSql("'{}'").ValueGeneratedNever();
        determination.HasMany(d => d.Steps).WithOne().HasForeignKey(s => s.DeterminationId);
    }
}

internal sealed class ReverificationMap : IEntityTypeConfiguration<Reverification>
{
    public void Configure(EntityTypeBuilder<Reverification> run)
    {
        run.ToTable("reverifications").HasKey(r => new { r.Program, r.Month });
        run.HasVersion();
    }
}

internal sealed class ReverificationChangeMap : IEntityTypeConfiguration<ReverificationChange>
{
    public void Configure(EntityTypeBuilder<ReverificationChange> change)
    {
        change.ToTable("reverification_changes").HasKey(c => c.Id);
        change.Property(c => c.Id).ValueGeneratedNever();
        change.HasOne(c => c.Individual).WithMany().HasForeignKey(c => c.IndividualId);
        change.HasOne<Determination>().WithMany().HasForeignKey(c => c.DeterminationId);
        change.HasIndex(c => new { c.Provider, c.Id });
    }
}

internal sealed class DeterminationStepMap : IEntityTypeConfiguration<DeterminationStep>
{
    public void Configure(EntityTypeBuilder<DeterminationStep> step)
    {
        step.ToTable("determination_steps").HasKey(s => s.Id);
        step.Property(s => s.Texts).HasColumnName("judgements");
        step.Property(s => s.Id).ValueGeneratedNever();
        step.Property(s => s.On).HasColumnName("on_day");
    }
}

internal sealed class ServiceOrderMap : IEntityTypeConfiguration<ServiceOrder>
{
    public void Configure(EntityTypeBuilder<ServiceOrder> order)
    {
        order.ToTable("service_orders").HasKey(o => o.Id);
        order.HasVersion();
        order.HasUpdateTime();
        order.HasOne(o => o.Individual).WithMany().HasForeignKey(o => o.IndividualId);
        order.HasOne(o => o.Decision).WithMany().HasForeignKey(o => o.DecisionId);
        order.HasOne(o => o.Reconsidered).WithMany().HasForeignKey(o => o.ReconsideredId);
        order.HasIndex(o => new { o.IndividualId, o.Program, o.OrderDate });
        order.HasIndex(o => new { o.Provider, o.Id });
    }
}

internal sealed class AuthorizationMap : IEntityTypeConfiguration<Authorization>
{
    public void Configure(EntityTypeBuilder<Authorization> authorization)
    {
        authorization.ToTable("authorizations").HasKey(a => a.Id);
        authorization.HasVersion();
        authorization.HasUpdateTime();
        authorization.HasOne(a => a.Individual).WithMany().HasForeignKey(a => a.IndividualId);
        authorization.HasOne(a => a.Decision).WithMany().HasForeignKey(a => a.DecisionId);
        authorization.Property(a => a.Request).HasColumnType("jsonb").HasConversion(r => r.ToJson(), column => RequestContent.FromJson(column));
        authorization.Property(a => a.Overridden).IsMessages().HasDefaultValueSql("'[]'");
        authorization.Property(a => a.Attention).IsMessages().HasDefaultValueSql("'[]'");
        authorization.Property(a => a.Overlaps).IsMessages().HasDefaultValueSql("'[]'");
        authorization.Property(a => a.RequestVersion).HasDefaultValue(1).ValueGeneratedNever();
        authorization.Property(a => a.PayerReasonCode).HasDefaultValue(Proto.PayerReasonCode.Unspecified).ValueGeneratedNever();
        authorization.Property(a => a.Decider).HasDefaultValue(Proto.Decider.Unspecified).ValueGeneratedNever();
        authorization.Property(a => a.ExtensionGround).HasDefaultValue(Proto.ExtensionGround.Unspecified).ValueGeneratedNever();
        authorization.Property(a => a.SampleReview).HasDefaultValue(Proto.SampleReview.Unspecified).ValueGeneratedNever();
        authorization.Ignore(a => a.Cancelled);
        authorization.HasIndex(a => new { a.IndividualId, a.Program, a.Kind });
        authorization.HasIndex(a => new { a.Provider, a.Id });
        authorization.HasIndex(a => new { a.Payer, a.Id });
        authorization.HasIndex(a => a.Renews).HasFilter("renews is not null");
        authorization.HasMany(a => a.Draws).WithOne().HasForeignKey(d => d.AuthorizationId);
        authorization.Navigation(a => a.Draws).AutoInclude();
    }
}

internal sealed class AuthorizationVersionMap : IEntityTypeConfiguration<AuthorizationVersion>
{
    public void Configure(EntityTypeBuilder<AuthorizationVersion> version)
    {
        version.ToTable("authorization_versions").HasKey(v => new { v.AuthorizationId, v.Number });
        version.Property(v => v.Number).ValueGeneratedNever();
        version.Property(v => v.Request).HasColumnType("jsonb").HasConversion(r => r.ToJson(), column => RequestContent.FromJson(column));
        version.HasOne<Authorization>().WithMany().HasForeignKey(v => v.AuthorizationId);
    }
}

internal sealed class FhirRequestMap : IEntityTypeConfiguration<FhirRequest>
{
    public void Configure(EntityTypeBuilder<FhirRequest> request)
    {
        request.ToTable("fhir_requests").HasKey(r => r.Id);
        request.Property(r => r.Id).ValueGeneratedNever();
        request.HasOne<Authorization>().WithMany().HasForeignKey(r => r.AuthorizationId);
        request.HasIndex(r => r.ThreadId);
        request.HasIndex(r => r.IndividualId);
        request.HasIndex(r => r.Keys).HasMethod("gin");
    }
}

internal sealed class OrganizationNumberMap : IEntityTypeConfiguration<OrganizationNumber>
{
    public void Configure(EntityTypeBuilder<OrganizationNumber> number)
    {
        number.ToTable("organization_numbers").HasKey(n => new { n.Organization, n.Sequence });
        number.Property(n => n.From).HasColumnName("from_day");
        number.HasIndex(n => n.Npi);
    }
}

internal sealed class FhirSubscriptionMap : IEntityTypeConfiguration<FhirSubscription>
{
    public void Configure(EntityTypeBuilder<FhirSubscription> subscription)
    {
        subscription.ToTable("fhir_subscriptions").HasKey(s => s.Id);
        subscription.Property(s => s.Id).ValueGeneratedNever();
        subscription.HasVersion();
        subscription.HasIndex(s => new { s.Provider, s.Endpoint }).IsUnique();
    }
}

internal sealed class AppealMap : IEntityTypeConfiguration<Appeal>
{
    public void Configure(EntityTypeBuilder<Appeal> appeal)
    {
        appeal.ToTable("appeals").HasKey(a => a.Id);
        appeal.HasVersion();
        appeal.HasUpdateTime();
        appeal.HasOne<Authorization>().WithMany().HasForeignKey(a => a.AuthorizationId);
        appeal.Property(a => a.Continuation).IsMessage();
        appeal.HasIndex(a => new { a.Provider, a.Id });
        appeal.HasIndex(a => new { a.Payer, a.Id });
        appeal.HasIndex(a => a.IndividualId);
    }
}

internal sealed class AutoApprovalMap : IEntityTypeConfiguration<AutoApproval>
{
    public void Configure(EntityTypeBuilder<AutoApproval> approval)
    {
        approval.ToTable("auto_approvals").HasKey(a => new { a.Payer, a.Program, a.Kind });
        approval.HasVersion();
        approval.HasUpdateTime();
    }
}

internal sealed class UnitDrawMap : IEntityTypeConfiguration<UnitDraw>
{
    public void Configure(EntityTypeBuilder<UnitDraw> draw)
    {
        draw.ToTable("unit_draws").HasKey(d => new { d.AuthorizationId, d.ClaimLineId });
        draw.HasIndex(d => d.ClaimLineId);
    }
}

internal sealed class ActSpanMap : IEntityTypeConfiguration<ActSpan>
{
    public void Configure(EntityTypeBuilder<ActSpan> span)
    {
        span.ToTable("act_spans").HasKey(s => s.Id);
        span.HasVersion();
        span.HasIndex(s => s.IndividualId);
    }
}

internal sealed class ReferralMap : IEntityTypeConfiguration<Referral>
{
    public void Configure(EntityTypeBuilder<Referral> referral)
    {
        referral.ToTable("referrals").HasKey(r => r.Id);
        referral.HasVersion();
        referral.HasUpdateTime();
        referral.HasOne(r => r.Individual).WithMany().HasForeignKey(r => r.IndividualId);
        referral.HasOne(r => r.Decision).WithMany().HasForeignKey(r => r.DecisionId);
        referral.HasIndex(r => new { r.Provider, r.Id });
        referral.Property(r => r.ClosureReason).HasDefaultValue(Proto.VrReason.Unspecified).ValueGeneratedNever();
        referral.Property(r => r.VrOffice).HasDefaultValue("").ValueGeneratedNever();
        referral.HasMany(r => r.VrDecisions).WithOne().HasForeignKey(d => d.ReferralId);

        // One open referral per person. MakeReferral gives a clear error; this index guarantees the rule when two are made at the same time.
        referral.HasIndex(r => r.IndividualId, "ux_referrals_open")
            .HasDatabaseName("ux_referrals_open").IsUnique().HasFilter("state not in ('Ineligible', 'Closed', 'DeclinedByIndividual')");
    }
}

internal sealed class VrDecisionMap : IEntityTypeConfiguration<VrDecision>
{
    public void Configure(EntityTypeBuilder<VrDecision> decision)
    {
        decision.ToTable("vr_decisions").HasKey(d => new { d.ReferralId, d.Number });
        decision.Property(d => d.Number).ValueGeneratedNever();
    }
}

internal sealed class VrAuthorizationMap : IEntityTypeConfiguration<VrAuthorization>
{
    public void Configure(EntityTypeBuilder<VrAuthorization> authorization)
    {
        authorization.ToTable("vr_authorizations").HasKey(a => a.Id);
        authorization.HasVersion();
        authorization.HasUpdateTime();
        authorization.HasOne(a => a.Referral).WithMany().HasForeignKey(a => a.ReferralId);
        authorization.Property(a => a.Amount).HasPrecision(12, 2);
        authorization.HasIndex(a => a.IndividualId);
        authorization.HasIndex(a => new { a.Recipient, a.Number }).IsUnique();
    }
}

internal sealed class RosterEntryMap : IEntityTypeConfiguration<RosterEntry>
{
    public void Configure(EntityTypeBuilder<RosterEntry> entry)
    {
        entry.ToTable("roster_entries").HasKey(e => e.Id);
        entry.HasVersion();
        entry.HasUpdateTime();
        entry.HasIndex(e => new { e.Provider, e.Id });
        entry.HasIndex(e => new { e.Payer, e.Id });
        entry.HasIndex(e => e.IndividualId);
    }
}

internal sealed class IntakeReferralMap : IEntityTypeConfiguration<IntakeReferral>
{
    public void Configure(EntityTypeBuilder<IntakeReferral> referral)
    {
        referral.ToTable("intake_referrals").HasKey(r => r.Id);
        referral.HasVersion();
        referral.HasUpdateTime();
        referral.HasIndex(r => new { r.Provider, r.Id });
        referral.HasIndex(r => new { r.Sender, r.Id });
        referral.HasIndex(r => r.IndividualId);
        referral.HasIndex(r => r.Keys).HasMethod("gin");
    }
}

internal sealed class DvrsMessageMap : IEntityTypeConfiguration<DvrsMessage>
{
    public void Configure(EntityTypeBuilder<DvrsMessage> message) => message.ToTable("dvrs_messages").HasKey(m => new { m.Agency, m.MessageId });
}
