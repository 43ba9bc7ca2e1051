using Ips.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>What a service that decides adds to itself.</summary>
public static class PolicyHosting
{
    /// <summary>
    /// The policies of a service that decides and stores its decisions. The packs that ship are read at the start: a service with a broken pack does not start.
    /// </summary>
    public static WebApplicationBuilder AddPolicies(this WebApplicationBuilder builder)
    {
        builder.AddPoliciesInForce();
        builder.Services.AddSingleton<Replaying>();
        builder.Services.AddSingleton<DecisionAnswers>();
        builder.Services.AddSingleton<ReceiptDictionaries>();
        builder.Services.AddHostedService(sp => sp.GetRequiredService<ReceiptDictionaries>());
        builder.Services.AddSingleton<CompactTexts>();
        builder.Services.AddSingleton<IAnswerParts, DecisionsInAnswers>();
        builder.Services.AddSingleton<IInterceptor, CompactTextsInterceptor>();
        builder.Services.AddTransient<CompactRows>().AddTransient<IServiceCommand, CompactRows>();
        builder.Services.AddSingleton<ComparedDecisions>();
        builder.Services.AddSingleton<ShadowAnswers>();
        builder.Services.AddHostedService(sp => sp.GetRequiredService<ShadowAnswers>());
        builder.Services.AddScoped<ListDependents>();
        builder.Services.AddScoped<PolicyChangesAnswers>();
        builder.Services.AddTransient<SimulatePolicies>().AddTransient<IServiceCommand, SimulatePolicies>();
        return builder;
    }

    /// <summary>The packs in force, for a service that stores no decisions.</summary>
    public static WebApplicationBuilder AddPoliciesInForce(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(PolicyEngine.Shipped);
        builder.Services.AddSingleton(sp => new KeptPacks(sp.GetRequiredService<NpgsqlDataSource>(), ReleasedPacks.All, sp.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<PoliciesInForce>();
        builder.Services.AddHostedService(sp => sp.GetRequiredService<PoliciesInForce>());
        builder.Services.AddSingleton<IFaultReader, MissingInRelease>();
        builder.Services.AddSingleton<IReadAtStart>(sp => sp.GetRequiredService<PoliciesInForce>());
        builder.Services.AddSingleton(sp => new PolicyService(
            sp.GetRequiredService<PoliciesInForce>(), sp.GetRequiredService<TimeProvider>(), sp.GetService<CompactTexts>()));
        return builder;
    }
}
