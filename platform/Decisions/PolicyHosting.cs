using Ips.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Decisions;

/// <summary>What a service that decides adds to itself.</summary>
public static class PolicyHosting
{
    /// <summary>The packs that ship with the policies, read at the start: a service with a broken pack does not start.</summary>
    public static WebApplicationBuilder AddPolicies(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(PolicyEngine.Shipped);
        builder.Services.AddSingleton<PolicyService>();
        builder.Services.AddSingleton<Replaying>();
        builder.Services.AddSingleton<DecisionAnswers>();
        builder.Services.AddSingleton<ReceiptDictionaries>();
        builder.Services.AddHostedService(sp => sp.GetRequiredService<ReceiptDictionaries>());
        builder.Services.AddSingleton<CompactTexts>();
        builder.Services.AddSingleton<IAnswerParts, DecisionsInAnswers>();
        builder.Services.AddSingleton<IInterceptor, CompactTextsInterceptor>();
        builder.Services.AddTransient<CompactRows>().AddTransient<IServiceCommand, CompactRows>();
        builder.Services.AddTransient<SimulatePolicies>().AddTransient<IServiceCommand, SimulatePolicies>();
        return builder;
    }
}
