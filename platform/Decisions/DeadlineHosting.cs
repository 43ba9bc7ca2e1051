using Ips.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Decisions;

/// <summary>What a service that keeps deadlines adds to itself and to its database.</summary>
public static class DeadlineHosting
{
    /// <summary>
    /// The reader for use cases, the sweeper, and the events of every change. Section <c>Deadlines</c> of the configuration.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="createEvent">Creates the service's event for a stage that is reached.</param>
    /// <param name="createMoved">Creates its event for a change; null publishes none.</param>
    public static WebApplicationBuilder AddDeadlines<TDb>(
        this WebApplicationBuilder builder, CreateDeadlineEvent createEvent, CreateDeadlineMoved? createMoved = null)
        where TDb : EventDb
    {
        if (createMoved is not null)
            builder.Services.AddSingleton(createMoved).AddScoped<IChangesObserver, DeadlineEvents>();
        builder.Services.Configure<DeadlineOptions>(builder.Configuration.GetSection("Deadlines"));
        builder.Services.AddSingleton<DeadlineReader>();
        builder.Services.AddSingleton(createEvent);
        builder.Services.AddHostedService<DeadlineSweeper<TDb>>();
        return builder;
    }

    /// <summary>The table, for a service's <c>OnModelCreating</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="updateTimes">Whether the service lists deadlines that changed since a time.</param>
    public static ModelBuilder HasDeadlines(this ModelBuilder model, bool updateTimes = false) => model.Entity<Deadline>(deadline =>
    {
        deadline.ToTable("deadlines").HasKey(d => d.Id);
        deadline.HasVersion();
        if (updateTimes)
            deadline.HasUpdateTime();
        else
            deadline.Ignore(d => d.UpdatedAt);
        deadline.HasIndex(d => new { d.Subject, d.RuleId, d.Kind }).IsUnique();
        deadline.HasIndex(d => d.NextAt).HasFilter("next_at is not null");
        deadline.HasIndex(d => new { d.Provider, d.DueOn, d.Id });
        deadline.HasIndex(d => new { d.IndividualId, d.DueOn });
    });
}
