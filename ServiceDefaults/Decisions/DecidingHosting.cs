using System.Reflection;
using Ips.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.ServiceDefaults;

/// <summary>What a service that decides adds to itself.</summary>
public static class DecidingHosting
{
    /// <summary>The packs that ship with the policies, read at the start: a service with a broken pack does not start.</summary>
    public static WebApplicationBuilder AddPolicies(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(PolicyEngine.Shipped);
        builder.Services.AddSingleton<PolicyService>();
        builder.Services.AddSingleton<Replaying>();
        return builder;
    }

    /// <summary>The key ring that seals what is about a person.</summary>
    public static WebApplicationBuilder AddParticulars(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PersonalDataProtector>();
        builder.Services.AddSingleton<HandOverKeys>();
        return builder;
    }

    /// <summary>Every use case of the service: a public class with a method <c>Handle</c>. One per request.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    public static WebApplicationBuilder AddUseCases(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<IdempotentRequests>();
        var useCases = Assembly.GetCallingAssembly().GetExportedTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false } && t.GetMethods(BindingFlags.Instance | BindingFlags.Public).Any(m => m.Name == "Handle"));
        foreach (var useCase in useCases)
            builder.Services.AddScoped(useCase);
        return builder;
    }
}
