using Ips.Billing.Claims;
using Ips.Billing.Incentives;
using Ips.Billing.Jobs;
using Ips.Billing.Mailboxes;
using Ips.Billing.Receiving;
using Ips.Billing.Sending;
using Ips.Billing.ServiceNotes;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Document = Ips.Platform.StoredDocuments.Document;

namespace Ips.Billing.Db;

/// <summary>
/// Billing's one database. A provider sees its own records; a payer notes, milestones and lines that name it, if it covers the person on the day of service: a retracted
/// enrollment ends that.
/// </summary>
public sealed class BillingDb(DbContextOptions<BillingDb> options, Caller caller) : TenantDb(options, caller)
{
    /// <summary>Contacts with their notes.</summary>
    public DbSet<ServiceNote> ServiceNotes => Set<ServiceNote>();

    /// <summary>What an agency bills for a person.</summary>
    public DbSet<Account> Accounts => Set<Account>();

    /// <summary>Milestones and what was decided on them.</summary>
    public DbSet<Milestone> Milestones => Set<Milestone>();

    /// <summary>Lines to claim.</summary>
    public DbSet<ClaimLine> ClaimLines => Set<ClaimLine>();

    /// <summary>The notes of lines without a milestone.</summary>
    public DbSet<LineNote> LineNotes => Set<LineNote>();

    /// <summary>Jobs of people served.</summary>
    public DbSet<Job> Jobs => Set<Job>();

    /// <summary>Education of people served.</summary>
    public DbSet<Education> Educations => Set<Education>();

    /// <summary>Contacts with employers.</summary>
    public DbSet<EmployerContact> EmployerContacts => Set<EmployerContact>();

    /// <summary>By which day contacts around jobs are due.</summary>
    public DbSet<Deadline> Deadlines => Set<Deadline>();

    /// <summary>Referrals to the vocational rehabilitation agency, as Eligibility last published them.</summary>
    public DbSet<VrCase> VrCases => Set<VrCase>();

    /// <summary>Who providers are for payers.</summary>
    public DbSet<BillingProfile> BillingProfiles => Set<BillingProfile>();

    /// <summary>What claims for people need.</summary>
    public DbSet<ClaimFacts> ClaimFacts => Set<ClaimFacts>();

    /// <summary>The last numbers that providers used.</summary>
    public DbSet<ControlNumbers> ControlNumbers => Set<ControlNumbers>();

    /// <summary>Files with claims.</summary>
    public DbSet<ClaimBatch> ClaimBatches => Set<ClaimBatch>();

    /// <summary>Claims.</summary>
    public DbSet<Claim> Claims => Set<Claim>();

    /// <summary>Files of payers.</summary>
    public DbSet<ReceivedFile> ReceivedFiles => Set<ReceivedFile>();

    /// <summary>Files on their way to and from payers.</summary>
    public DbSet<FileTransfer> FileTransfers => Set<FileTransfer>();

    /// <summary>Payments of 835s.</summary>
    public DbSet<Payment> Payments => Set<Payment>();

    /// <summary>Amounts that payers paid or took off.</summary>
    public DbSet<Posting> Postings => Set<Posting>();

    /// <summary>What a person has to look at.</summary>
    public DbSet<WorkItem> WorkItems => Set<WorkItem>();

    /// <summary>Amounts that came in at the bank.</summary>
    public DbSet<Deposit> Deposits => Set<Deposit>();

    /// <summary>What other payers decided on lines.</summary>
    public DbSet<OtherPayerDecision> OtherPayerDecisions => Set<OtherPayerDecision>();

    /// <summary>Letters of Network Evaluation for incentives.</summary>
    public DbSet<IncentiveLetter> IncentiveLetters => Set<IncentiveLetter>();

    /// <summary>The people on them.</summary>
    public DbSet<LetterPerson> LetterPeople => Set<LetterPerson>();

    /// <summary>Their bytes.</summary>
    public DbSet<LetterFile> LetterFiles => Set<LetterFile>();

    /// <summary>Invoices for incentives.</summary>
    public DbSet<IncentiveInvoice> IncentiveInvoices => Set<IncentiveInvoice>();

    /// <summary>The people on them.</summary>
    public DbSet<InvoicePerson> IncentivePeople => Set<InvoicePerson>();

    /// <summary>Documents that milestones rest on.</summary>
    public DbSet<Document> Documents => Set<Document>();

    /// <summary>Who may see which rows.</summary>
    public static TenantPolicies Rows => BillingRows.Rules;

    /// <inheritdoc/>
    public override string AfterMigrations => Rows.AfterMigrations(Model);

    /// <summary>Decisions as they were taken: facts and receipts.</summary>
    public DbSet<StoredDecision> Decisions => Set<StoredDecision>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.HasMembers();
        modelBuilder.HasCaseloads();
        modelBuilder.HasDecisions();
        modelBuilder.HasFollowedMerges();
        modelBuilder.HasPolicies();
        modelBuilder.HasCoverage();
        modelBuilder.HasDeadlines();
        modelBuilder.HasDocuments();
        modelBuilder.Entity<Document>().HasQueryFilter(d => Everybody || d.Provider == Provider);
        modelBuilder.Entity<DocumentContent>().HasQueryFilter(c => Everybody || c.Provider == Provider);
        modelBuilder.Entity<DocumentPart>().HasQueryFilter(p => Everybody || p.Provider == Provider);
        modelBuilder.Entity<FollowedMerge>().HasQueryFilter(m => Everybody || m.Provider == Provider);
        modelBuilder.Entity<MovedRow>().HasQueryFilter(r => Everybody || r.Provider == Provider);
        modelBuilder.Entity<Deadline>().HasQueryFilter(d => Everybody || d.Provider == Provider);
        modelBuilder.Entity<IncentiveLetter>().HasQueryFilter(l => Everybody || l.Provider == Provider);
        modelBuilder.Entity<LetterPerson>().HasQueryFilter(p => Everybody || p.Provider == Provider);
        modelBuilder.Entity<LetterFile>().HasQueryFilter(f => Everybody || f.Provider == Provider);
        modelBuilder.Entity<IncentiveInvoice>().HasQueryFilter(i => Everybody || i.Provider == Provider);
        modelBuilder.Entity<InvoicePerson>().HasQueryFilter(p => Everybody || p.Provider == Provider);
        modelBuilder.Entity<EmployerContact>().HasQueryFilter(c => Everybody || c.Provider == Provider);
        modelBuilder.Entity<ServiceNote>().HasQueryFilter(n => Everybody || n.Provider == Provider
            || (IsPayer && n.Payer == Payer && Set<CoverageSpan>().Any(c => c.IndividualId == n.IndividualId && c.Payer == Payer && !c.Retracted
                && c.From <= n.ServiceDate && (c.Through == null || c.Through >= n.ServiceDate))));
        modelBuilder.Entity<Job>().HasQueryFilter(j => Everybody || j.Provider == Provider);
        modelBuilder.Entity<Education>().HasQueryFilter(e => Everybody || e.Provider == Provider);
        modelBuilder.Entity<BillingProfile>().HasQueryFilter(p => Everybody || p.Provider == Provider);
        modelBuilder.Entity<ClaimFacts>().HasQueryFilter(f => Everybody || f.Provider == Provider);
        modelBuilder.Entity<ControlNumbers>().HasQueryFilter(n => Everybody || n.Provider == Provider);
        modelBuilder.Entity<ClaimBatch>().HasQueryFilter(b => Everybody || b.Provider == Provider);
        modelBuilder.Entity<Claim>().HasQueryFilter(c => Everybody || c.Provider == Provider);
        modelBuilder.Entity<ReceivedFile>().HasQueryFilter(f => Everybody || f.Provider == Provider);
        modelBuilder.Entity<FileTransfer>().HasQueryFilter(f => Everybody || f.Provider == Provider);
        modelBuilder.Entity<Payment>().HasQueryFilter(p => Everybody || p.Provider == Provider);
        modelBuilder.Entity<Posting>().HasQueryFilter(p => Everybody || p.Provider == Provider);
        modelBuilder.Entity<WorkItem>().HasQueryFilter(w => Everybody || w.Provider == Provider);
        modelBuilder.Entity<Deposit>().HasQueryFilter(d => Everybody || d.Provider == Provider);
        modelBuilder.Entity<OtherPayerDecision>().HasQueryFilter(d => Everybody || d.Provider == Provider);
        modelBuilder.Entity<VrCase>().HasQueryFilter(c => Everybody || c.Provider == Provider);
        modelBuilder.Entity<Account>().HasQueryFilter(a => Everybody || a.Provider == Provider);
        modelBuilder.Entity<Milestone>().HasQueryFilter(m => Everybody || m.Provider == Provider
            || (IsPayer && m.Payer == Payer && Set<CoverageSpan>().Any(c => c.IndividualId == m.IndividualId && c.Payer == Payer && !c.Retracted
                && c.From <= m.EventDate && (c.Through == null || c.Through >= m.EventDate))));
        modelBuilder.Entity<ClaimLine>().HasQueryFilter(l => Everybody || l.Provider == Provider
            || (IsPayer && l.Payer == Payer && Set<CoverageSpan>().Any(c => c.IndividualId == l.IndividualId && c.Payer == Payer && !c.Retracted
                && c.From <= l.ServiceDate && (c.Through == null || c.Through >= l.ServiceDate))));
        LimitToCaseloads(modelBuilder, Rows);
    }
}
