using Ips.FhirKit;

return await Kit.Run(args, Console.Out);
